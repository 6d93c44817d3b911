"""The programs of the benchmarks, and the rows of a table that tell of their runs."""

import statistics

import inputs
from process import BUILD, ROOT, call, ratio, report_hash

PEERS = ROOT / "bench" / "peers"

# name, question, script and its arguments before INPUT and OUTPUT
WHOLE = [
    ("DuckDB, one sort", "whole", ["duckdb/run.py", "sorted"]),
    ("DuckDB, window functions", "whole", ["duckdb/run.py", "window"]),
    ("DuckDB, ASOF join", "whole", ["duckdb/run.py", "asof"]),
    ("Polars, one sort", "whole", ["polars_sort.py"]),
    ("Polars, window functions", "whole", ["polars_over.py"]),
    ("Polars, join_asof", "whole", ["polars_asof.py"]),
    ("pandas, NumPy arrays", "whole", ["pandas_arrays.py"]),
    ("pandas, shifts", "whole", ["pandas_shift.py"]),
    ("pandas, merge_asof", "whole", ["pandas_asof.py"]),
]
LIGHT = [
    ("DuckDB, light", "light", ["duckdb/run.py", "light"]),
    ("Polars, light", "light", ["polars_light.py"]),
    ("pandas, light", "light", ["pandas_light.py"]),
]
# Those that know ids that are texts: an ASOF join of DuckDB needs integers.
TEXTS = [WHOLE[0], WHOLE[1], *WHOLE[3:6], *LIGHT[:2]]
# The fastest formulation of each, for the cases that are not about formulations.
FASTEST = [WHOLE[0], WHOLE[3], WHOLE[6]]


def sav(name, source, *options, same_as=None):
    """A run of sav on a source; its report must be byte for byte that of same_as."""
    out = BUILD / ("out-" + name.replace(" ", "-").replace(",", ""))

    def check():
        if same_as is not None and report_hash(out) != report_hash(same_as):
            raise SystemExit(f"{name}: another report than that of {same_as.name}")

    return (name, [inputs.SAV, "analyze", "--input", source, "--out", out, *options], check), out


def peer(entry, source, report, python=inputs.PYTHON):
    """A run of a peer; its answer is compared with sav's report."""
    name, question, script = entry
    answer = BUILD / ("answer-" + "-".join(script).replace("/", "-") + ".csv")
    command = [python, PEERS / script[0], *script[1:], source, answer]

    def check():
        print("  " + call(inputs.PYTHON, ROOT / "bench" / "check.py", report / "report.csv", answer, question).strip())
        answer.unlink()

    return name, command, check


def rows(runs, names, base):
    """The rows of a table of runs, in order of time: name, times, ratio to base, memory."""
    out = []
    for name in sorted(names, key=lambda n: ratio(runs[n], runs[base])):
        walls = [run.wall for run in runs[name]]
        peak = statistics.median(run.peak for run in runs[name])
        out.append([name, f"{statistics.median(walls):.2f} s", f"{min(walls):.2f} – {max(walls):.2f} s",
                    f"{ratio(runs[name], runs[base]):.2f}×", f"{peak / 1e6:,.0f} MB"])
    return out


def header(what, base="sav"):
    return [what, "wall time, median", "least – most", f"time ÷ that of {base}", "peak memory"]
