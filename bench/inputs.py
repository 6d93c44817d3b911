"""What the cases need: sav, the peers, and the files, all made once below build/bench."""

import os
import pathlib
import sys

from process import BUILD, ROOT, call

SAV = BUILD / "sav"
GUNZIP = BUILD / "gunzip"
PYTHON = BUILD / "venv" / "bin" / "python"
REQUIREMENTS = ROOT / "bench" / "requirements.txt"


def build():
    """Build the programs of the project; return the commit that they are of."""
    BUILD.mkdir(parents=True, exist_ok=True)
    print("building sav", flush=True)
    call("go", "build", "-o", SAV, "./cmd/sav")
    call("go", "build", "-o", GUNZIP, "./bench/gunzip")
    return call("git", "describe", "--always", "--dirty", "--exclude", "*").strip()


def environment(name, wanted):
    """The Python of an environment below build/bench with these requirements, made if need be."""
    folder = BUILD / name
    installed = folder / "requirements.txt"
    if not installed.exists() or installed.read_text() != wanted:
        print("installing", ", ".join(wanted.split()), flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        call(sys.executable, "-m", "venv", "--clear", folder)
        (folder / "wanted.txt").write_text(wanted)
        call(folder / "bin" / "python", "-m", "pip", "install", "--quiet", "-r", folder / "wanted.txt")
        (folder / "wanted.txt").rename(installed)
    return folder / "bin" / "python"


def install_peers():
    environment("venv", REQUIREMENTS.read_text())


def made(name, make):
    """The file of that name, which make(path) makes if it is not there yet."""
    path = BUILD / name
    if not path.exists():
        print(f"making {path.relative_to(ROOT)}", flush=True)
        part = pathlib.Path(BUILD / ("part-" + name))
        make(part)
        os.replace(part, path)
    return path


def messages(count, ending=".csv", *options):
    """Made-up messages; with the same seed and other options they are the same ones."""
    size = f"{count // 1_000_000}" if count >= 1_000_000 else f"{count // 1000}k"
    name = f"m{size}{''.join(options).replace('--', '-')}{ending}"
    return made(name, lambda path: call(
        SAV, "generate", "--messages", count, "--seed", 1, *options, "--out", path))


def other_ids(csv, kind):
    """The same messages with ids of another kind: see other_ids.py."""
    # In a process of its own: what ours takes would count as the peak of those that it starts.
    return made(f"{csv.stem}-{kind}.csv",
                lambda path: call(sys.executable, ROOT / "bench" / "other_ids.py", kind, csv, path))


PARQUET = """
import sys, duckdb
sys.path.insert(0, "bench/peers/duckdb")
from run import reader
duckdb.sql(f"COPY (FROM {reader(sys.argv[1])}) TO '{sys.argv[2]}' (FORMAT parquet)")
"""


def parquet(csv):
    """The same messages in Parquet, as DuckDB writes it by default."""
    return made(csv.stem + ".parquet", lambda path: call(PYTHON, "-c", PARQUET, csv, path))
