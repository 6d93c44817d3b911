#!/usr/bin/env python3
"""Measure sav beside its peers: bench/run.py [--quick] [--rounds N] [--publish]

Builds sav, makes the messages and installs the peers at the versions of requirements.txt, all under
build/bench, which may be removed at any time. Then every program runs once a round, in turn, as a
process of its own; wall time and peak memory are those of the whole process. In the first round
each answer is compared with sav's report. --publish writes the result to docs/benchmarks.md.
Needs Go and Python 3 with its venv module.
"""

import argparse
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

import check

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ROOT / "bench" / "peers"
BUILD = ROOT / "build" / "bench"
SAV = BUILD / "sav"
PYTHON = BUILD / "venv" / "bin" / "python"
DOC = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"

# name, question, script and its arguments before INPUT and OUTPUT
PEER_RUNS = [
    ("DuckDB, window functions", "whole", ["duckdb/run.py", "window"]),
    ("DuckDB, one sort", "whole", ["duckdb/run.py", "sorted"]),
    ("DuckDB, ASOF join", "whole", ["duckdb/run.py", "asof"]),
    ("Polars", "whole", ["polars_whole.py"]),
    ("pandas", "whole", ["pandas_whole.py"]),
    ("DuckDB, light", "light", ["duckdb/run.py", "light"]),
    ("Polars, light", "light", ["polars_light.py"]),
    ("pandas, light", "light", ["pandas_light.py"]),
]


def call(*command):
    """Run a step of the preparation, its output kept to show if it fails."""
    done = subprocess.run([str(c) for c in command], cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def prepare(messages):
    """Build sav, generate the messages, install the peers; return the path of the messages."""
    BUILD.mkdir(parents=True, exist_ok=True)
    print("building sav")
    call("go", "build", "-o", SAV, "./cmd/sav")

    source = BUILD / f"m{messages // 1_000_000}.csv"
    if not source.exists():
        print(f"generating {source.relative_to(ROOT)}")
        call(SAV, "generate", "--messages", messages, "--seed", 1, "--out", source)

    wanted = (ROOT / "bench" / "requirements.txt").read_text()
    installed = BUILD / "venv" / "requirements.txt"
    if not installed.exists() or installed.read_text() != wanted:
        print("installing", ", ".join(wanted.split()))
        call(sys.executable, "-m", "venv", "--clear", BUILD / "venv")
        call(PYTHON, "-m", "pip", "install", "--quiet", "-r", ROOT / "bench" / "requirements.txt")
        installed.write_text(wanted)
    return source


def measure(command):
    """Run a command; return its wall time in seconds and its peak memory in bytes."""
    with open(BUILD / "output.txt", "w+b") as output:
        start = time.perf_counter()
        process = subprocess.Popen([str(c) for c in command], cwd=ROOT, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            sys.exit(f"{command}: status {process.returncode}\n{output.read().decode()}")
    unit = 1 if sys.platform == "darwin" else 1024
    return wall, usage.ru_maxrss * unit


def rounds(source, count):
    """Measure every program count times, in turn; return the measurements by name."""
    report = BUILD / "out" / "report.csv"
    analyze = [SAV, "analyze", "--input", source, "--out", report.parent]
    measured = {"sav": []}
    with open(source, "rb") as f:  # so that the file is in the system's cache for all
        while f.read(1 << 24):
            pass
    for n in range(1, count + 1):
        wall, peak = measure(analyze)
        measured["sav"].append((wall, peak))
        print(f"round {n}: sav {wall:.2f} s, {peak / 1e6:.0f} MB", flush=True)
        for name, question, script in PEER_RUNS:
            answer = BUILD / ("answer-" + "-".join(script).replace("/", "-") + ".csv")
            answer.unlink(missing_ok=True)
            wall, peak = measure([PYTHON, PEERS / script[0], *script[1:], source, answer])
            measured.setdefault(name, []).append((wall, peak))
            print(f"round {n}: {name} {wall:.2f} s, {peak / 1e6:.0f} MB", flush=True)
            if n == 1 and check.main(report, answer, question):
                sys.exit(f"{name} and sav disagree")
    return measured


def versions():
    lines = call(PYTHON, "-m", "pip", "list", "--format", "freeze").split()
    return dict(line.split("==") for line in lines)


def machine():
    model = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as f:
            model = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), model)
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()}"


def table(title, names, measured):
    base = statistics.median(wall for wall, _ in measured["sav"])
    lines = [f"| {title} | wall time, median | least – most | sav is faster by | peak memory |",
             "|---|--:|--:|--:|--:|"]
    for name in names:
        walls = [wall for wall, _ in measured[name]]
        median = statistics.median(walls)
        peak = statistics.median(peak for _, peak in measured[name])
        lines.append(f"| {name} | {median:.2f} s | {min(walls):.2f} – {max(walls):.2f} s "
                     f"| {median / base:.1f}× | {peak / 1e6:,.0f} MB |")
    return lines


def figures(source, messages, measured):
    version = versions()
    peers = ", ".join(f"{label} {version[label.lower()]}" for label in ("DuckDB", "Polars", "pandas"))
    go = call("go", "env", "GOVERSION").strip().removeprefix("go")
    commit = call("git", "rev-parse", "--short", "HEAD").strip()
    names = {q: [name for name, question, _ in PEER_RUNS if question == q] for q in ("whole", "light")}
    lines = [
        f"{messages:,} messages, {source.stat().st_size:,} bytes; {len(measured['sav'])} rounds, "
        f"{time.strftime('%Y-%m-%d')}. {machine()}.",
        f"sav at commit {commit}, Go {go}; {peers}, Python {platform.python_version()}.",
        "",
        *table("the whole report", ["sav", *names["whole"]], measured),
        "",
        *table("the light question", ["sav", *names["light"]], measured),
        "",
        "sav has no light mode: its line in the second table is the same whole report.",
    ]
    return "\n".join(lines)


def publish(text):
    page = DOC.read_text()
    head, rest = page.split(BEGIN)
    _, tail = rest.split(END)
    DOC.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}")


def main():
    parser = argparse.ArgumentParser(description="Measure sav beside DuckDB, Polars and pandas.")
    parser.add_argument("--quick", action="store_true", help="1,000,000 messages instead of 10,000,000")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    parser.add_argument("--publish", action="store_true", help="write the figures to docs/benchmarks.md")
    args = parser.parse_args()
    if args.rounds < 1:
        parser.error("--rounds: at least 1")
    messages = 1_000_000 if args.quick else 10_000_000
    source = prepare(messages)
    text = figures(source, messages, rounds(source, args.rounds))
    print("\n" + text)
    if args.publish:
        publish(text)


if __name__ == "__main__":
    main()
