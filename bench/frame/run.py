#!/usr/bin/env python3
"""Time frame's verbs beside those of Polars and pandas: bench/frame/run.py [--rows N] [--rounds N] [VERB …]

The three programs hold the same columns in memory and do each verb in turn, round after round, so
that a slow moment of the machine falls on all. The medians are printed, and those of the ratios of
each round. With --json there is one line a timing instead: {"program", "verb", "seconds", …}.
The peers are installed below build/bench the first time. Needs Go and Python 3 with its venv module.
"""

import argparse
import contextlib
import json
import math
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.append(str(HERE.parent))
import inputs  # noqa: E402: bench/inputs.py
BINARY = ROOT / "build" / "bench" / "frame"
PROGRAMS = ["sav", "polars", "pandas"]


def start(program, rows, prefix):
    if program == "sav":
        command = [BINARY, "-rows", rows]
    else:
        command = [inputs.PYTHON, HERE / f"{program}_verbs.py", rows]
    return subprocess.Popen([*prefix, *map(str, command)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ask(process, verb):
    process.stdin.write(verb + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        sys.exit(f"{process.args}: ended at {verb}, status {process.wait()}")
    return json.loads(line)


def same(a, b):
    """Whether two programs did the same; the check comes with a verb's first timing."""
    return a["rows"] == b["rows"] and math.isclose(a.get("check", 0), b.get("check", 0), rel_tol=1e-9)


def measure(running, verb, rounds, clock, each):
    """The seconds of each program, round by round; the first round is not counted."""
    seconds = {program: [] for program in running}
    for n in range(rounds + 1):
        timings = {program: ask(process, verb) for program, process in running.items()}
        for program, timing in timings.items():
            if not same(timing, timings["sav"]):
                sys.exit(f"{verb}: sav and {program} disagree: {timings}")
            if n > 0:
                seconds[program].append(timing[clock])
                each(program, timing)
    return seconds, {program: timing.get("form", "") for program, timing in timings.items()}


def ratio(seconds, program):
    """How many times as long sav takes, the median over the rounds."""
    return statistics.median(a / b for a, b in zip(seconds["sav"], seconds[program], strict=True))


def show(verb, seconds, forms):
    medians = "".join(f"{statistics.median(seconds[p]) * 1e3:10.0f}" for p in PROGRAMS if p in seconds)
    ratios = "".join(f"{ratio(seconds, p):12.2f}" for p in PROGRAMS[1:] if p in seconds)
    print(f"{verb:<16}{medians}{ratios}  {'; '.join(form for form in forms.values() if form)}", flush=True)


def all_verbs():
    """The names that verbs.go gives, in its order."""
    return json.loads(subprocess.check_output([BINARY, "-list"], text=True))


def main():
    parser = argparse.ArgumentParser(description="Time frame's verbs beside those of Polars and pandas.")
    parser.add_argument("verbs", nargs="*", metavar="VERB", help="such as sort_int (default: all)")
    parser.add_argument("--rows", type=int, default=10_000_000, metavar="N")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--only", nargs="+", choices=PROGRAMS, default=PROGRAMS)
    parser.add_argument("--ahead", action="store_true",
                        help="run under nice -n -20, ahead of other programs (needs root)")
    parser.add_argument("--cpu", action="store_true",
                        help="measure the time of all cores, for a machine that does other work too")
    parser.add_argument("--json", action="store_true", help="print each timing as a line of JSON")
    args = parser.parse_args()
    BINARY.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.redirect_stdout(sys.stderr):
        inputs.install_peers()
    subprocess.run(["go", "build", "-o", BINARY, "./bench/frame"], cwd=ROOT, check=True)
    prefix = ["nice", "-n", "-20"] if args.ahead else []
    running = {p: start(p, args.rows, prefix) for p in PROGRAMS if p == "sav" or p in args.only}
    if not args.json:
        print(f"{args.rows:,} rows, medians of {args.rounds} rounds: milliseconds, and sav's time over the others'")
        ratios = "".join(f"{'÷ ' + p:>12}" for p in PROGRAMS[1:] if p in running)
        print(f"{'verb':<16}" + "".join(f"{p:>10}" for p in running) + ratios)
    for verb in args.verbs or all_verbs():
        def each(program, timing):
            if args.json:
                print(json.dumps({"program": program, **timing}), flush=True)
        seconds, forms = measure(running, verb, args.rounds, "cpu" if args.cpu else "seconds", each)
        if not args.json:
            show(verb, seconds, forms)
    for process in running.values():
        process.stdin.close()
        process.wait()


if __name__ == "__main__":
    main()
