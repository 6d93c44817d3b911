"""The cases: which programs run on which file, and what a table says of them."""

import dataclasses
import json
import statistics
import subprocess
import sys

import inputs
from process import BUILD, ROOT, call, in_cache, in_turn, ratio, report_hash

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
# The fastest formulation of each, for the cases that are not about formulations.
FASTEST = [WHOLE[0], WHOLE[3], WHOLE[6]]


@dataclasses.dataclass(frozen=True)
class Setting:
    """How a benchmark is run: its size, its rounds, and what stands before each command."""

    messages: int
    rounds: int
    prefix: tuple = ()


@dataclasses.dataclass(frozen=True)
class Result:
    """A case that ran: a line about its input, and its tables (header cells, rows of cells)."""

    about: str
    tables: list
    bars: list = dataclasses.field(default_factory=list)  # name, median seconds


def sav(name, source, *options, same_as=None):
    """A run of sav on a source; its report must be byte for byte that of same_as."""
    out = BUILD / ("out-" + name.replace(" ", "-").replace(",", ""))

    def check():
        if same_as is not None and report_hash(out) != report_hash(same_as):
            raise SystemExit(f"{name}: another report than that of {same_as.name}")

    return (name, [inputs.SAV, "analyze", "--input", source, "--out", out, *options], check), out


def peer(entry, source, report):
    """A run of a peer; its answer is compared with sav's report."""
    name, question, script = entry
    answer = BUILD / ("answer-" + "-".join(script).replace("/", "-") + ".csv")
    command = [inputs.PYTHON, PEERS / script[0], *script[1:], source, answer]

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


def about(source, setting, extra=""):
    return f"{setting.messages:,} messages, {source.stat().st_size:,} bytes{extra}; {setting.rounds} rounds."


def beside_peers(setting, source, peers, before=()):
    """sav and peers on one source; before are runs of sav that come first in each round."""
    program, out = sav("sav", source)
    programs = [*before, program, *(peer(entry, source, out) for entry in peers)]
    in_cache(source)
    return in_turn(programs, setting.rounds, setting.prefix)


def ordered(setting):
    source = inputs.messages(setting.messages)
    runs = beside_peers(setting, source, [*WHOLE, *LIGHT])
    names = {q: ["sav", *(n for n, question, _ in WHOLE + LIGHT if question == q)] for q in ("whole", "light")}
    tables = [(header("the whole report"), rows(runs, names["whole"], "sav")),
              (header("the light question"), rows(runs, names["light"], "sav"))]
    bars = [(n, statistics.median(r.wall for r in runs[n])) for n in runs]
    return Result(about(source, setting), tables, bars)


def shuffled(setting):
    plain, source = inputs.messages(setting.messages), inputs.messages(setting.messages, ".csv", "--shuffle")
    in_order, out = sav("sav, in order", plain)
    program, shuffled_out = sav("sav, shuffled", source, same_as=out)
    in_cache(plain, source)
    runs = in_turn([in_order, program, *(peer(entry, source, shuffled_out) for entry in FASTEST)],
                   setting.rounds, setting.prefix)
    return Result(about(source, setting), [(header("rows shuffled", "sav, shuffled"), rows(runs, runs, "sav, shuffled"))])


def body(setting):
    source = inputs.messages(setting.messages, ".csv", "--body", "200")
    runs = beside_peers(setting, source, FASTEST)
    return Result(about(source, setting), [(header("with a body column"), rows(runs, runs, "sav"))])


def gzip(setting):
    plain, source = inputs.messages(setting.messages), inputs.messages(setting.messages, ".csv.gz")
    in_order, out = sav("sav, not compressed", plain)
    program, _ = sav("sav, compressed", source, same_as=out)
    bare = ("decompressing alone", [inputs.GUNZIP, source], None)
    in_cache(plain, source)
    runs = in_turn([in_order, program, bare], setting.rounds, setting.prefix)
    return Result(about(source, setting), [(header("`.csv.gz`", "decompressing alone"), rows(runs, runs, "decompressing alone"))])


def parquet(setting):
    plain = inputs.messages(setting.messages)
    source = inputs.parquet(plain)
    in_order, out = sav("sav, CSV", plain)
    program, parquet_out = sav("sav, Parquet", source, same_as=out)
    in_cache(plain, source)
    runs = in_turn([in_order, program, *(peer(entry, source, parquet_out) for entry in FASTEST + LIGHT)],
                   setting.rounds, setting.prefix)
    return Result(about(source, setting), [(header("`.parquet`", "sav, Parquet"), rows(runs, runs, "sav, Parquet"))])


def sample(setting):
    """The sample of testdata, which has internal notes; beside the peers, as many messages without."""
    setting = dataclasses.replace(setting, messages=20_000, rounds=4 * setting.rounds)
    source = inputs.messages(setting.messages)
    runs = beside_peers(setting, source, FASTEST, [sav("sav, testdata", ROOT / "testdata" / "messages.csv")[0]])
    table = [[name, f"{statistics.median(r.wall for r in runs[name]) * 1e3:.0f} ms",
              f"{min(r.wall for r in runs[name]) * 1e3:.0f} – {max(r.wall for r in runs[name]) * 1e3:.0f} ms",
              f"{ratio(runs[name], runs['sav']):.1f}×"] for name in runs]
    return Result(about(source, setting), [(header("the sample, whole process")[:4], table)])


def large(setting):
    """Ten times the messages, and with less memory: not part of the default run."""
    small, source = inputs.messages(setting.messages), inputs.messages(10 * setting.messages)
    few = f"sav, {setting.messages:,} messages"
    programs = [sav(few, small)[0]]
    first = None
    for limit in ("2GiB", "512MiB"):
        program, out = sav(f"sav, {10 * setting.messages:,} messages, {limit}", source, "--memory-limit", limit, same_as=first)
        first = first or out
        programs.append(program)
    in_cache(small, source)
    runs = in_turn(programs, setting.rounds, setting.prefix)
    setting = dataclasses.replace(setting, messages=10 * setting.messages)
    return Result(about(source, setting), [(header("with `--memory-limit`", few), rows(runs, runs, few))])


def frame(setting):
    """The verbs of package frame, timed in process on the same columns: see bench/frame."""
    command = [sys.executable, ROOT / "bench" / "frame" / "run.py", "--json",
               "--rows", str(setting.messages), "--rounds", str(setting.rounds)]
    if setting.prefix:
        command.append("--realtime")
    seconds = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            timing = json.loads(line)
            seconds.setdefault(timing["verb"], {}).setdefault(timing["program"], []).append(timing["seconds"])
    if process.returncode:
        raise SystemExit(f"bench/frame/run.py: status {process.returncode}")

    def cells(verb, of):
        medians = [f"{statistics.median(of[p]) * 1e3:,.0f} ms" for p in ("sav", "polars", "pandas")]
        ratios = [statistics.median(a / b for a, b in zip(of["sav"], of[p], strict=True)) for p in ("polars", "pandas")]
        return [f"`{verb}`", *medians, *(f"{r:.2f}" for r in ratios)]

    head = ["verb", "sav", "Polars", "pandas", "sav ÷ Polars", "sav ÷ pandas"]
    return Result(f"{setting.messages:,} rows; {setting.rounds} rounds.",
                  [(head, [cells(verb, of) for verb, of in seconds.items()])])


# name → what runs it, and what the help of "sav analyze" must speak of for that
CASES = {
    "ordered": (ordered, ""),
    "shuffled": (shuffled, ""),
    "body": (body, ""),
    "gzip": (gzip, ""),
    "parquet": (parquet, ".parquet"),
    "sample": (sample, ""),
    "frame": (frame, ""),
    "large": (large, "--memory-limit"),
}
ON_REQUEST = {"large"}


def missing(name):
    """What sav lacks for the case, or nothing."""
    needed = CASES[name][1]
    return "" if needed in call(inputs.SAV, "analyze", "--help") else needed
