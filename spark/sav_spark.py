"""Runs sav on a Spark cluster: the files of "sav analyze", byte for byte, from input that is too much
for one machine.

    spark-submit --files bin/sav spark/sav_spark.py --input day.csv --out out

Spark reads no value of a message. "sav key", one process for each file, makes blocks of the messages: one
for each part of the conversations, again and again. Spark brings the blocks of a part together; "sav shard",
one process for each part, makes a state of them; "sav merge" makes the report of all states. The project's
docs/scale.md tells the rest.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark import SparkFiles, StorageLevel, TaskContext
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

# What sav key and sav shard write, a frame a row. kind: a block of messages, rows of rejects.csv, or a state.
# part: that of a block; any for the others. origin: the number of the file, and the place in it, in one number
# that sorts as the input does.
BLOCK, REJECTS, STATE = b"mrs"
ROWS = pa.schema([("kind", pa.int8()), ("part", pa.int32()), ("origin", pa.int64()), ("bytes", pa.binary())])
ROWS_DDL = "kind byte, part int, origin long, bytes binary"
PLACE_BITS = 43  # of an origin; those above number the file
MOST_FILES = 1 << 19
SHARDS = MOST_FILES << PLACE_BITS  # where the origins of states of parts begin
BATCH_BYTES = 1 << 22  # of the rows that go to Spark at a time

FAULT = 70  # the exit status of a failure that sav does not explain


class SavError(Exception):
    """sav ended with another exit status than 0, or could not be run."""


class Sav:
    """The program on the machine that this runs on: it came by --files."""

    def __init__(self, name: str):
        self.name = name

    def start(self, *arguments: str, cores: int | None = None, **streams) -> subprocess.Popen:
        path = SparkFiles.get(self.name)
        # Of our environment it gets all but SAV_*, which are options of its own.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("SAV_")}
        if cores is not None:
            environment["GOMAXPROCS"] = str(cores)
        try:
            return subprocess.Popen([path, *arguments], env=environment, **streams)
        except OSError as error:
            raise SavError(f"sav ended with {FAULT}: {self.name} is not on this executor, or cannot be run there: "
                           f"give it to spark-submit with --files ({error})") from error

    @staticmethod
    def check(process: subprocess.Popen, said: str) -> None:
        """Raises what went wrong, if anything did: the last line that sav wrote to standard error."""
        status = process.wait()
        if status != 0:
            lines = said.strip().splitlines() or ["it gave no reason"]
            raise SavError(f"sav ended with {status}: {lines[-1].removeprefix('sav: ')}")


@contextlib.contextmanager
def task(sav: Sav, *arguments: str, feed=None) -> Iterator[BinaryIO]:
    """Runs sav with the cores of the task, and gives its output; feed, if given, writes its input first."""
    context = TaskContext.get()
    with tempfile.TemporaryFile() as log, sav.start(
            *arguments, cores=context.cpus() if context else None,
        stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=log) as process:
        try:
            if feed:
                with contextlib.suppress(BrokenPipeError):  # it says why
                    feed(process.stdin)
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.close()
            yield process.stdout
            process.stdout.read()
        except BaseException:
            process.kill()
            raise
        log.seek(0)
        sav.check(process, log.read().decode(errors="replace"))


def frames(out: BinaryIO, first: int) -> Iterator[pa.RecordBatch | dict]:
    """The frames that sav writes as batches of ROWS, whose origins begin at `first`; at last its summary."""
    rows, size = [], 0
    while (head := out.read(32)) and head[0] != ord("{"):
        if len(head) < 32:
            return  # it died, as its exit status says
        kind, part, place, length = struct.unpack("<4q", head)
        data = out.read(length)
        if len(data) < length:
            return
        rows.append((kind, part, first + place, data))
        if (size := size + length) >= BATCH_BYTES:
            yield batch_of(rows)
            rows, size = [], 0
    if rows:
        yield batch_of(rows)
    try:
        said = json.loads(head + out.read())
    except ValueError:
        return
    yield said


def batch_of(rows: list[tuple]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(values, field.type) for values, field in zip(zip(*rows), ROWS)],
                                      schema=ROWS)


def key_file(sav: Sav, arguments: list[str], number: int) -> Iterator[pa.RecordBatch]:
    """The messages of file `number`, in blocks, the rows it rejected and the state of all others."""
    with task(sav, "key", *arguments, f"--number={number}") as out:
        for found in frames(out, number << PLACE_BITS):
            if isinstance(found, pa.RecordBatch):
                yield found


def columns_of(sav: Sav, arguments: list[str]) -> list[str]:
    """The optional columns of a file."""
    with task(sav, "key", *arguments, "--header") as out:
        said = list(frames(out, 0))
    return said[0]["columns"]


class Files:
    """Files that every executor can open by their names: one task each."""

    def __init__(self, spark: SparkSession, names: list[str]):
        if len(names) > MOST_FILES:
            raise SavError(f"sav ended with 64: {len(names)} files are more than {MOST_FILES}")
        self.spark, self.names = spark, names

    def _each(self, function, ddl: str) -> DataFrame:
        return self.spark.range(0, len(self.names), 1, len(self.names)).mapInArrow(function, ddl)

    def check(self, sav: Sav, options: list[str]) -> None:
        """Files must agree on which optional columns they have."""
        names = self.names

        def read(batches):
            for batch in batches:
                for i in batch.column(0).to_pylist():
                    said = json.dumps(columns_of(sav, [f"--input={names[i]}", *options]))
                    yield pa.RecordBatch.from_pydict({"number": [i], "said": [said]})

        found = [json.loads(row.said)
                 for row in self._each(read, "number long, said string").orderBy("number").collect()]
        for name, columns in zip(names, found):
            if columns != found[0]:
                raise SavError(f"sav ended with 65: {name} has other optional columns than {names[0]}: "
                               f"{', '.join(columns)}; not {', '.join(found[0])}")

    def keyed(self, sav: Sav, options: list[str]) -> DataFrame:
        names = self.names

        def key(batches):
            for batch in batches:
                for i in batch.column(0).to_pylist():
                    yield from key_file(sav, [f"--input={names[i]}", *options], i)

        return self._each(key, ROWS_DDL)


class Table:
    """A table that Spark knows. Each of its partitions becomes a Parquet file for sav on the executor."""

    def __init__(self, spark: SparkSession, name: str):
        self.name, self.rows = name, spark.table(name)

    def check(self, sav: Sav, options: list[str]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "table.parquet")
            pq.write_table(self.rows.limit(0).toArrow(), path)
            columns_of(sav, [f"--input={path}", "--name", self.name, *options])

    def keyed(self, sav: Sav, options: list[str]) -> DataFrame:
        name = self.name

        def key(batches):
            number = TaskContext.get().partitionId()
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "part.parquet")
                writer = None
                for batch in batches:
                    writer = writer or pq.ParquetWriter(path, batch.schema)
                    writer.write_batch(batch)
                if writer is not None:
                    writer.close()
                    yield from key_file(sav, [f"--input={path}", "--name", name, *options], number)

        return self.rows.mapInArrow(key, ROWS_DDL)


def write_all(file: BinaryIO, column: pa.Array) -> None:
    """Writes the bytes of all values of a column of bytes, one after the other, not copied."""
    _, offsets, data = column.buffers()
    if len(column) > 0 and data is not None:
        ends = memoryview(offsets).cast("i")
        file.write(memoryview(data)[ends[column.offset]:ends[column.offset + len(column)]])


def ship_policy(spark: SparkSession, sav: Sav, path: str) -> str:
    """Gives a policy to all executors; returns its name there. A fault in it is found here."""
    with tempfile.TemporaryFile("w+") as log, sav.start("policy", "check", path, stdout=subprocess.DEVNULL,
                                                        stderr=log) as process:
        process.wait()
        log.seek(0)
        sav.check(process, log.read())
    spark.sparkContext.addFile(path)
    return os.path.basename(path)


def shard(sav: Sav, options: list[str], policy: str | None = None):
    """Makes a state of the blocks of a part, and hands on what is none."""
    def run(batches):
        others = []
        arguments = [*options, f"--policy={SparkFiles.get(policy)}"] if policy else options

        def feed(stdin):
            for batch in batches:
                is_block = pc.equal(batch.column("kind"), BLOCK)
                if not pc.all(is_block).as_py():
                    others.append(batch.filter(pc.invert(is_block)))
                    batch = batch.filter(is_block)
                write_all(stdin, batch.column("bytes"))

        with task(sav, "shard", *arguments, feed=feed) as out:
            yield from others
            for found in frames(out, SHARDS + TaskContext.get().partitionId()):
                if isinstance(found, pa.RecordBatch):
                    yield found
    return run


def merge(sav: Sav, results: DataFrame, options: list[str]) -> int:
    """Makes the report of all states, on the driver; returns the exit status of "sav merge"."""
    with tempfile.TemporaryDirectory() as folder:
        states, rejects = [], []  # (origin, name of a file)
        for i, row in enumerate(results.toLocalIterator(prefetchPartitions=True)):
            name = os.path.join(folder, str(i))
            with open(name, "wb") as file:
                file.write(row.bytes)
            (rejects if row.kind == REJECTS else states).append((row.origin, name))
        path = os.path.join(folder, "rejects.csv")
        with open(path, "wb") as file:
            file.write(b"input,line,reason,record\n")
            for _, name in sorted(rejects):
                with open(name, "rb") as part:
                    shutil.copyfileobj(part, file)
        with sav.start("merge", *(name for _, name in sorted(states)), "--rejects", path, *options) as process:
            return process.wait()


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sav_spark.py", description="Run sav on a Spark cluster.")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--input", action="append", metavar="FILE",
                        help="messages: .csv, .csv.gz or .parquet, by a name that every executor can open; "
                             "may be repeated")
    source.add_argument("--table", help="messages in a table that Spark knows")
    parser.add_argument("--partitions", type=int, default=64,
                        help="how many parts conversations are spread over (%(default)s)")
    parser.add_argument("--policy", metavar="FILE",
                        help="working hours and targets, as of sav analyze; a file of the driver")
    parser.add_argument("--sav", default="sav", metavar="NAME",
                        help="name of the program given to spark-submit with --files (%(default)s)")
    for name in ("out", "column", "tz", "as-of", "from", "to", "date", "new-after", "levels", "within",
                 "max-reject-rate", "on-empty"):
        parser.add_argument(f"--{name}", action="append", metavar="…", required=name == "out",
                            help="as of sav analyze")
    for name in ("newest-first", "report"):
        parser.add_argument(f"--{name}", action="store_true", help="as of sav analyze")
    return parser.parse_args(arguments)


def run(spark: SparkSession, options: argparse.Namespace) -> int:
    """Runs sav as the options say, and returns the exit status: that of sav, whichever part of it failed."""
    given = {name.replace("_", "-"): values for name, values in vars(options).items() if isinstance(values, list)}

    def of(*names: str) -> list[str]:
        return [f"--{name}={value}" for name in names for value in given.get(name, ())]

    window = of("as-of", "from", "to", "date", "tz", "new-after") + ["--newest-first"] * options.newest_first
    try:
        sav = Sav(options.sav)
        source = Table(spark, options.table) if options.table else Files(spark, options.input)
        reading = [*of("column", "levels"), *window]
        source.check(sav, reading)
        parts = options.partitions
        policy = ship_policy(spark, sav, options.policy) if options.policy else None
        results = (source.keyed(sav, [*reading, f"--partitions={parts}"])
                   .repartitionById(parts, "part")
                   .mapInArrow(shard(sav, [*of("levels", "within"), *window], policy), ROWS_DDL)
                   .persist(StorageLevel.DISK_ONLY))
        try:
            results.count()  # all partitions side by side; what follows takes one after the other
            return merge(sav, results, of("out", "levels", "max-reject-rate", "on-empty")
                         + ["--report"] * options.report)
        finally:
            results.unpersist()
    except (SavError, PySparkException) as error:
        # A failed task says what sav said somewhere in the trace of two languages.
        found = re.search(r"sav ended with (-?\d+): (.*)", str(error))
        if found is None:
            raise
        print(f"sav_spark.py: {found[2]}", file=sys.stderr)
        return int(found[1]) if int(found[1]) > 0 else FAULT


def main() -> int:
    options = parse(None)
    spark = SparkSession.builder.appName("sav").getOrCreate()
    try:
        return run(spark, options)
    finally:
        spark.stop()


if __name__ == "__main__":
    sys.exit(main())
