"""What only moves forward: a place that a greater as_of may take, and a lesser never.

Runs may come in any order and side by side: a backfill, a task that is repeated, a run that was
late. The report that is published of a day, and the one that an API has of it, are places. A place
has a record, a small file of JSON, and a lock beside it that ends with the process that holds it.

The record is written before the place is moved, as begun, and after it, as done. A process that dies
between the two leaves a place that a lesser as_of cannot take either; the task's next attempt, or a
later run, moves it.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path


class Behind(Exception):
    """The place is at a greater as_of already."""


class Held(Exception):
    """Another process held the place for longer than we were to wait."""


def write_file(path: Path, data: bytes) -> None:
    """Put data at path, whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(beside, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


class Place:
    """A place, locked while it is used as a context manager."""

    def __init__(self, record: Path, wait: float = 600, poll: float = 0.2):
        """The lock is waited for at most `wait` seconds, and tried every `poll`."""
        self.record, self.wait, self.poll = record, wait, poll

    def __enter__(self) -> Place:
        self.record.parent.mkdir(parents=True, exist_ok=True)
        self._lock = open(self.record.with_name(f".{self.record.name}.lock"), "w")
        until = time.monotonic() + self.wait
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return self
            except BlockingIOError:
                if time.monotonic() >= until:
                    self._lock.close()
                    raise Held(f"{self.record}: another process holds it for more than {self.wait:g} s")
                time.sleep(self.poll)

    def __exit__(self, *_) -> None:
        self._lock.close()

    def has(self, as_of: str, sha256: str) -> bool:
        """Whether those bytes are there, whole. Raises Behind if what is there is of a greater as_of."""
        last = self._read()
        if last.get("as_of", "") > as_of:
            raise Behind(f"{self.record} is at {last['as_of']}, after {as_of}")
        return last.get("report_sha256") == sha256 and last["done"]

    def begin(self, as_of: str, sha256: str) -> None:
        """Say that the place is about to get those bytes. Raises Behind."""
        self._write(as_of, sha256, False)

    def end(self, as_of: str, sha256: str) -> None:
        """Say that it has them. Raises Behind."""
        self._write(as_of, sha256, True)

    def _read(self) -> dict:
        try:
            return json.loads(self.record.read_bytes())
        except FileNotFoundError:
            return {}

    def _write(self, as_of: str, sha256: str, done: bool) -> None:
        self.has(as_of, sha256)  # also at the end: a file system may not honour the lock
        text = json.dumps({"as_of": as_of, "report_sha256": sha256, "done": done})
        write_file(self.record, text.encode() + b"\n")
