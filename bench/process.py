"""Runs of whole processes: wall time and peak memory, in rounds and in turn."""

import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "bench"


# Whether the time of a run is what it took of all cores, and not what passed by the clock.
count_cpu = False


@dataclasses.dataclass(frozen=True)
class Run:
    """One process: its time in seconds and its peak resident memory in bytes."""

    wall: float
    peak: int


def call(*command):
    """Run a step of the preparation, its output kept to show if it fails."""
    done = subprocess.run([str(c) for c in command], cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def measure(command):
    """Run a command and wait for its end."""
    with open(BUILD / "output.txt", "w+b") as output:
        start = time.perf_counter()
        process = subprocess.Popen([str(c) for c in command], cwd=ROOT, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        if count_cpu:
            wall = usage.ru_utime + usage.ru_stime
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            sys.exit(f"{command}: status {process.returncode}\n{output.read().decode()}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(wall, usage.ru_maxrss * unit)


def in_cache(*files):
    """Read files once, so that each program finds them in the system's cache."""
    for file in files:
        with open(file, "rb", buffering=0) as f:
            buffer = bytearray(1 << 20)
            while f.readinto(buffer):
                pass


def in_turn(programs, rounds, prefix=()):
    """Run all programs once a round; return the runs of each. The first round is checked.

    A program is a name, a command, and what checks its result after the first run, or None.
    """
    runs = {name: [] for name, _, _ in programs}
    for n in range(1, rounds + 1):
        for name, command, check in programs:
            run = measure([*prefix, *command])
            runs[name].append(run)
            print(f"round {n}: {name} {run.wall:.3f} s, {run.peak / 1e6:.0f} MB", flush=True)
            if n == 1 and check is not None:
                check()
    return runs


def ratio(runs, base):
    """How many times as long as base: the median of the ratios of each round."""
    return statistics.median(run.wall / other.wall for run, other in zip(runs, base, strict=True))


def report_hash(out):
    return json.loads((out / "run.json").read_text())["report_sha256"]
