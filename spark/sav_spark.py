"""Runs sav on a Spark cluster: the files of "sav analyze", byte for byte, from input that is too much
for one machine.

    spark-submit --files bin/sav spark/sav_spark.py --input day.csv --out out

Spark reads no value of a message. "sav key", one process for each file, gives each message the key of
its conversation and its place in the input; Spark brings the messages of a conversation together, in
the input's order; "sav analyze", one process for each partition, makes a state of them; "sav merge"
makes the report of all states. The project's docs/scale.md tells the rest.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark import SparkFiles, StorageLevel, TaskContext
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

# kind: a message's record for sav, a row of rejects.csv, or a state. origin: the number of the file, and
# the place in it, in one number that sorts as the input does.
MESSAGE, REJECT, STATE = b"mrs"
ROWS = pa.schema([("kind", pa.int8()), ("origin", pa.int64()), ("key", pa.binary()), ("record", pa.binary())])
ROWS_DDL = "kind byte, origin long, key binary, record binary"
PLACE_BITS = 43  # of an origin; those above number the file
MOST_FILES = 1 << (62 - PLACE_BITS)
SHARDS = MOST_FILES << PLACE_BITS  # where the origins of states of partitions begin

FAULT = 70  # the exit status of a failure that sav does not explain


class SavError(Exception):
    """sav ended with another exit status than 0, or could not be run."""


class Sav:
    """The program on the machine that this runs on: it came by --files."""

    def __init__(self, name: str):
        self.name = name

    def start(self, *arguments: str, **streams) -> subprocess.Popen:
        path = SparkFiles.get(self.name)
        # Of our environment it gets all but SAV_*, which are options of its own.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("SAV_")}
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


def read_blocks(sav: Sav, arguments: list[str], number: int) -> Iterator[pa.RecordBatch | dict]:
    """What "sav key" writes of file `number`: blocks as batches of ROWS, at last its summary."""
    with tempfile.TemporaryFile() as log, sav.start("key", *arguments, stdin=subprocess.DEVNULL,
                                                    stdout=subprocess.PIPE, stderr=log) as process:
        try:
            out = process.stdout
            while (head := out.read(32)) and head[0] != ord("{"):
                kind, rows, keys, records = struct.unpack("<4q", head)
                parts = [out.read(n) for n in (8 * rows, 4 * (rows + 1), keys, 4 * (rows + 1), records)]
                if len(parts[-1]) < records:
                    break  # it died, as its exit status says
                places, key_ends, keys, ends, records = map(pa.py_buffer, parts)
                places = pa.Array.from_buffers(pa.int64(), rows, [None, places])
                yield pa.RecordBatch.from_arrays([
                    pa.repeat(pa.scalar(kind, pa.int8()), rows),
                    pc.add(places, pa.scalar(number << PLACE_BITS, pa.int64())),
                    pa.Array.from_buffers(pa.binary(), rows, [None, key_ends, keys]),
                    pa.Array.from_buffers(pa.binary(), rows, [None, ends, records]),
                ], schema=ROWS)
            last = head + out.read()
        except BaseException:
            process.kill()
            raise
        log.seek(0)
        sav.check(process, log.read().decode(errors="replace"))
        yield json.loads(last)


def key_file(sav: Sav, arguments: list[str], number: int) -> Iterator[pa.RecordBatch]:
    for block in read_blocks(sav, arguments, number):
        if isinstance(block, pa.RecordBatch):
            yield block


def columns_of(sav: Sav, arguments: list[str]) -> dict:
    """What "sav key --header" says of a file."""
    return next(read_blocks(sav, [*arguments, "--header"], 0))


class Files:
    """Files that every executor can open by their names: one task each."""

    def __init__(self, spark: SparkSession, names: list[str]):
        if len(names) > MOST_FILES:
            raise SavError(f"sav ended with 64: {len(names)} files are more than {MOST_FILES}")
        self.spark, self.names = spark, names

    def _each(self, function, ddl: str) -> DataFrame:
        return self.spark.range(0, len(self.names), 1, len(self.names)).mapInArrow(function, ddl)

    def header(self, sav: Sav, options: list[str]) -> str:
        """The header of the messages' records. Files must agree on which columns they have."""
        names = self.names

        def read(batches):
            for batch in batches:
                for i in batch.column(0).to_pylist():
                    said = json.dumps(columns_of(sav, [f"--input={names[i]}", *options]))
                    yield pa.RecordBatch.from_pydict({"number": [i], "said": [said]})

        found = [json.loads(row.said) for row in self._each(read, "number long, said string").orderBy("number").collect()]
        for name, of in zip(names, found):
            if of["columns"] != found[0]["columns"]:
                raise SavError(f"sav ended with 65: {name} has other optional columns than {names[0]}: "
                               f"{', '.join(of['columns'])}; not {', '.join(found[0]['columns'])}")
        return found[0]["header"]

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

    def header(self, sav: Sav, options: list[str]) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "table.parquet")
            pq.write_table(self.rows.limit(0).toArrow(), path)
            return columns_of(sav, [f"--input={path}", "--name", self.name, *options])["header"]

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


def text(column: pa.Array) -> memoryview:
    """The bytes of all values of a column of bytes, one after the other, not copied."""
    _, offsets, data = column.buffers()
    if len(column) == 0 or data is None:
        return memoryview(b"")
    ends = memoryview(offsets).cast("i")
    return memoryview(data)[ends[column.offset]:ends[column.offset + len(column)]]


def shard(sav: Sav, header: str, options: list[str]):
    """Makes a state of the messages of a partition, and hands on what is no message."""
    def run(batches):
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as log:
            state = os.path.join(folder, "state")
            with sav.start("analyze", "--input=-", "--state", state, "--out", os.path.join(folder, "out"), *options,
                           stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log) as process:
                try:
                    process.stdin.write(header.encode() + b"\n")
                    for batch in batches:
                        other = batch.filter(pc.not_equal(batch.column("kind"), MESSAGE))
                        if other.num_rows > 0:
                            yield other
                            batch = batch.filter(pc.equal(batch.column("kind"), MESSAGE))
                        process.stdin.write(text(batch.column("record")))
                    process.stdin.close()
                except BrokenPipeError:
                    pass  # it says why
                except BaseException:
                    process.kill()
                    raise
                log.seek(0)
                sav.check(process, log.read().decode(errors="replace"))
            with open(state, "rb") as file:
                number = TaskContext.get().partitionId()
                yield pa.RecordBatch.from_pylist(
                    [{"kind": STATE, "origin": SHARDS + number, "key": b"", "record": file.read()}], schema=ROWS)
    return run


def merge(sav: Sav, results: DataFrame, options: list[str]) -> int:
    """Makes the report of all states, on the driver; returns the exit status of "sav merge"."""
    with tempfile.TemporaryDirectory() as folder:
        states = []
        with open(os.path.join(folder, "rejects.csv"), "wb") as rejects:
            rejects.write(b"input,line,reason,record\n")
            for row in results.orderBy("origin").toLocalIterator():
                if row.kind == REJECT:
                    rejects.write(row.record)
                    continue
                states.append(os.path.join(folder, f"{len(states)}.state"))
                with open(states[-1], "wb") as file:
                    file.write(row.record)
        with sav.start("merge", *states, "--rejects", rejects.name, *options) as process:
            return process.wait()


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sav_spark.py", description="Run sav on a Spark cluster.")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--input", action="append", metavar="FILE",
                        help="messages: .csv, .csv.gz or .parquet, by a name that every executor can open; may be repeated")
    source.add_argument("--table", help="messages in a table that Spark knows")
    parser.add_argument("--partitions", type=int, default=64, help="how many parts conversations are spread over (%(default)s)")
    parser.add_argument("--sav", default="sav", metavar="NAME", help="name of the program given to spark-submit with --files (%(default)s)")
    for name in ("out", "column", "tz", "as-of", "from", "to", "date", "levels", "max-reject-rate", "on-empty"):
        parser.add_argument(f"--{name}", action="append", metavar="…", required=name == "out", help="as of sav analyze")
    parser.add_argument("--report", action="store_true", help="as of sav analyze")
    return parser.parse_args(arguments)


def run(spark: SparkSession, options: argparse.Namespace) -> int:
    """Runs sav as the options say, and returns the exit status: that of sav, whichever part of it failed."""
    given = {name.replace("_", "-"): values for name, values in vars(options).items() if isinstance(values, list)}

    def of(*names: str) -> list[str]:
        return [f"--{name}={value}" for name in names for value in given.get(name, ())]

    window = of("as-of", "from", "to", "date", "tz")
    try:
        sav = Sav(options.sav)
        source = Table(spark, options.table) if options.table else Files(spark, options.input)
        reading = [*of("column", "levels"), *window]
        header = source.header(sav, reading)
        # What a shard rejects is nothing: its messages were judged. It needs a level only to tell clients apart.
        levels = "merchant_client" if any("merchant_client" in value for value in given.get("levels", ())) else "all"
        results = (source.keyed(sav, reading)
                   .repartition(options.partitions, "key")
                   .sortWithinPartitions("origin")
                   .mapInArrow(shard(sav, header, [f"--levels={levels}", *window]), ROWS_DDL)
                   .persist(StorageLevel.DISK_ONLY))
        try:
            results.count()  # all partitions side by side; what follows takes one after the other
            return merge(sav, results, of("out", "levels", "max-reject-rate", "on-empty") + ["--report"] * options.report)
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
