"""What only moves forward: a place that a greater as_of may take, and a lesser never.

Runs may come in any order and side by side: a backfill, a task that is repeated, a run that was
late. The report that is published of a day, and the one that an API has of it, are places. A place
has a record, a small file of JSON, and a lock beside it that ends with the process that holds it; in a
storage, a lease.

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
import time
from pathlib import Path

from sav_airflow.lease import Lease
from sav_airflow.store import Stored, Where, write_file

log = logging.getLogger(__name__)


class Behind(Exception):
    """The place is at a greater as_of already."""


class Held(Exception):
    """Another process held the place for longer than we were to wait."""


# What a record holds.
FIELDS = {"as_of": str, "report_sha256": str, "done": bool}


def _as_of(run: Where) -> str:
    """The as_of of an analysis, or nothing if its run.json says none."""
    try:
        return json.loads(run.read_bytes()).get("as_of") or ""
    except (OSError, ValueError, AttributeError):
        return ""


class Taken(Exception):
    """A root belongs to another DAG, or to days of another zone."""


def take_root(root: Where, owner: dict[str, str]) -> None:
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


class Flock:
    """The lock of a file system, which ends with the process that holds it."""

    def __init__(self, path: Path):
        self._file = open(path, "w")

    def get(self) -> bool:
        """Whether it is ours now."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return False

    def lost(self) -> bool:
        return False

    def close(self) -> None:
        self._file.close()


def _lock(record: Where) -> Flock | Lease:
    """The lock of a record."""
    beside = record.with_name(f".{record.name}.lock")
    if isinstance(beside, Stored):
        return Lease(beside)
    beside.parent.mkdir(parents=True, exist_ok=True)
    return Flock(beside)


class Place:
    """A place, locked while it is used as a context manager."""

    def __init__(self, record: Where, wait: float = 600, poll: float = 0.2):
        """The lock is waited for at most `wait` seconds, and tried every `poll`."""
        self.record, self.wait, self.poll = record, wait, poll

    def __enter__(self) -> Place:
        until = time.monotonic() + self.wait
        self._lock = _lock(self.record)
        while not self._lock.get():
            if time.monotonic() >= until:
                self._lock.close()
                raise Held(f"{self.record}: another process holds it for more than {self.wait:g} s")
            time.sleep(self.poll)
        return self

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
        log.warning("%s cannot be read: it is taken for one of %s that is not done", self.record,
                    greatest or "no as-of")
        return {"as_of": greatest, "report_sha256": "", "done": False}

    def _write(self, as_of: str, sha256: str, done: bool) -> None:
        if self._lock.lost():
            raise Held(f"{self.record}: another process may hold it, since the lease of it was not renewed")
        self.has(as_of, sha256)  # also at the end: a file system may not honour the lock
        text = json.dumps({"as_of": as_of, "report_sha256": sha256, "done": done})
        write_file(self.record, text.encode() + b"\n")
