"""What only moves forward: a place that a greater as_of may take, and a lesser never.

Runs may come in any order and side by side: a backfill, a task that is repeated, a run that was
late. The report that is published of a day, and the one that an API has of it, are places. A place
has a record, a small file of JSON, and a lock beside it that ends with the process that holds it.

The record is written before the place is moved, as begun, and after it, as done. A process that dies
between the two leaves a place that a lesser as_of cannot take either; the task's next attempt, or a
later run, moves it.

A record that cannot be read is taken for one of the greatest as_of that was analysed, begun and not
done: that one may take the place again, and no lesser one.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from pathlib import Path

log = logging.getLogger(__name__)


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


# What a record holds.
FIELDS = {"as_of": str, "report_sha256": str, "done": bool}


def _as_of(run: Path) -> str:
    """The as_of of an analysis, or nothing if its run.json says none."""
    try:
        return json.loads(run.read_bytes()).get("as_of") or ""
    except (OSError, ValueError, AttributeError):
        return ""


class Taken(Exception):
    """A root belongs to another DAG, or to days of another zone."""


def take_root(root: Path, owner: dict[str, str]) -> None:
    """Make root the owner's, if it is nobody's. Raises Taken if it is somebody else's.

    The owner is a DAG and its zone: days of two zones, or reports of two DAGs, would take each
    other's places.
    """
    record = root / ".owner.json"
    with Place(record):
        try:
            other = json.loads(record.read_bytes())
        except FileNotFoundError:
            write_file(record, json.dumps(owner).encode() + b"\n")
            return
        except ValueError:
            raise Taken(f"{record} cannot be read: remove it if {root} is this DAG's") from None
    if other != owner:
        raise Taken(f"{root} holds the results of {other}, and this is {owner}: give each a root of its own")


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
            data = self.record.read_bytes()
        except FileNotFoundError:
            return {}
        try:
            last = json.loads(data)
            if all(isinstance(last[name], kind) for name, kind in FIELDS.items()):
                return last
        except (ValueError, TypeError, KeyError):
            pass
        greatest = max((_as_of(run) for run in self.record.parent.glob("as_of=*/run.json")), default="")
        log.warning("%s cannot be read: it is taken for one of %s that is not done", self.record, greatest or "no as-of")
        return {"as_of": greatest, "report_sha256": "", "done": False}

    def _write(self, as_of: str, sha256: str, done: bool) -> None:
        self.has(as_of, sha256)  # also at the end: a file system may not honour the lock
        text = json.dumps({"as_of": as_of, "report_sha256": sha256, "done": done})
        write_file(self.record, text.encode() + b"\n")
