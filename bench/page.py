"""Results as Markdown, and docs/benchmarks.md with them."""

import os
import platform
import time

import inputs
from chart import svg
from process import ROOT, call

PAGE = ROOT / "docs" / "benchmarks.md"
CHART = ROOT / "docs" / "benchmarks.svg"


def machine():
    model = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as f:
            model = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), model)
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()}"


def versions(commit):
    lines = call(inputs.PYTHON, "-m", "pip", "list", "--format", "freeze", "--disable-pip-version-check").split()
    version = dict(line.split("==") for line in lines)
    named = ("DuckDB", "Polars", "pandas", "NumPy", "PyArrow")
    peers = ", ".join(f"{name} {version[name.lower()]}" for name in named)
    python = call(inputs.PYTHON, "--version").split()[1]
    go = call("go", "env", "GOVERSION").strip().removeprefix("go")
    return f"sav at commit {commit}, Go {go}; {peers}, Python {python}"


def table(head, rows):
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def markdown(result, commit, args):
    ahead = " Ahead of other programs (`--ahead`)." if args.ahead else ""
    ahead += " Time is that of all cores, since the machine did other work too (`--cpu`)." if args.cpu else ""
    said = f"{result.about}{ahead} {time.strftime('%Y-%m-%d')}, {versions(commit)}."
    text = "\n\n".join([said, *(table(head, rows) for head, rows in result.tables)])
    return text.replace("wall time", "CPU time") if args.cpu else text


def publish(texts, results):
    """Put the text of each case between its two marks on the page, and draw the chart."""
    page = PAGE.read_text(encoding="utf-8")
    for name, text in {"machine": machine() + ".", **texts}.items():
        begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
        head, rest = page.split(begin)
        _, tail = rest.split(end)
        page = f"{head}{begin}{text}\n{end}{tail}"
    PAGE.write_text(page, encoding="utf-8")
    for result in results.values():
        if result.bars:
            CHART.write_text(svg(result.bars), encoding="utf-8")
