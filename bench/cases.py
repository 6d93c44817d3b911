"""The cases: which programs run on which file."""

import dataclasses
import json
import statistics
import subprocess
import sys

import inputs
from other_ids import KINDS
from process import ROOT, call, in_cache, in_turn, ratio
from programs import FASTEST, LIGHT, TEXTS, WHOLE, header, peer, rows, sav

OLDER_DUCKDB = "duckdb==1.5.6\n"


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


def rounds_of(setting):
    return f"{setting.rounds} round{'s' if setting.rounds > 1 else ''}"


def about(source, setting):
    return f"{setting.messages:,} messages, {source.stat().st_size:,} bytes; {rounds_of(setting)}."


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


def ids(setting):
    """sav on the same messages with ids and fields of other kinds."""
    setting = dataclasses.replace(setting, messages=setting.messages // 2)
    plain, lines = inputs.messages(setting.messages), inputs.messages(setting.messages, ".jsonl", "--dialect", "jsonl")
    files = {"integers": plain, "JSON Lines": lines} | {kind: inputs.other_ids(plain, kind) for kind in KINDS}
    in_cache(*files.values())
    runs = in_turn([sav(f"sav, {kind}", file)[0] for kind, file in files.items()], setting.rounds, setting.prefix)
    return Result(about(plain, setting), [(header("other ids", "integers"), rows(runs, runs, "sav, integers"))])


def uuids(setting):
    """sav and peers where all six ids are UUIDs."""
    setting = dataclasses.replace(setting, messages=setting.messages // 2)
    source = inputs.other_ids(inputs.messages(setting.messages), "uuid-all")
    runs = beside_peers(setting, source, TEXTS)
    return Result(about(source, setting), [(header("six ids that are UUIDs"), rows(runs, runs, "sav"))])


def lines(setting):
    """sav and the light scripts on the same messages as JSON Lines."""
    setting = dataclasses.replace(setting, messages=setting.messages // 2)
    plain, source = inputs.messages(setting.messages), inputs.messages(setting.messages, ".jsonl", "--dialect", "jsonl")
    in_order, out = sav("sav, CSV", plain)
    program, lines_out = sav("sav, JSON Lines", source, same_as=out)
    in_cache(plain, source)
    runs = in_turn([in_order, program, *(peer(entry, source, lines_out) for entry in LIGHT[:2])],
                   setting.rounds, setting.prefix)
    return Result(about(source, setting), [(header("`.jsonl`", "sav, JSON Lines"), rows(runs, runs, "sav, JSON Lines"))])


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


def older(setting):
    """The last DuckDB before 2.0 beside the newest: not part of the default run."""
    source = inputs.messages(setting.messages)
    python = inputs.environment("venv-older", OLDER_DUCKDB)
    program, out = sav("sav", source)
    programs = [program]
    for entry in [*WHOLE[:3], LIGHT[0]]:
        name, question, script = entry
        programs.append(peer((f"{name}, 1.5.6", question, script), source, out, python))
        programs.append(peer((f"{name}, newest", question, script), source, out))
    in_cache(source)
    runs = in_turn(programs, setting.rounds, setting.prefix)
    return Result(about(source, setting), [(header("two versions of DuckDB"), rows(runs, runs, "sav"))])


def frame(setting):
    """The verbs of package frame, timed in process on the same columns: see bench/frame."""
    command = [sys.executable, ROOT / "bench" / "frame" / "run.py", "--json",
               "--rows", str(setting.messages), "--rounds", str(setting.rounds)]
    if setting.prefix:
        command.append("--ahead")
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
    return Result(f"{setting.messages:,} rows; {rounds_of(setting)}.",
                  [(head, [cells(verb, of) for verb, of in seconds.items()])])


# name → what runs it, and what the help of "sav analyze" must speak of for that
CASES = {
    "ordered": (ordered, ""),
    "shuffled": (shuffled, ""),
    "body": (body, ""),
    "gzip": (gzip, ""),
    "parquet": (parquet, ".parquet"),
    "ids": (ids, ""),
    "uuids": (uuids, ""),
    "lines": (lines, ""),
    "sample": (sample, ""),
    "frame": (frame, ""),
    "older": (older, ""),
    "large": (large, "--memory-limit"),
}
ON_REQUEST = {"older", "large"}


def missing(name):
    """What sav lacks for the case, or nothing."""
    needed = CASES[name][1]
    return "" if needed in call(inputs.SAV, "analyze", "--help") else needed
