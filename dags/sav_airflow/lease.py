"""A lock in a storage, which has none: a lease, which ends by itself when nobody renews it.

The lock is a folder of numbered files, of which the greatest counts. Whoever finds it ended makes the next one, which
storages let one of many do. So a lease is never taken from a holder by removing its file. The clocks of workers may
differ by some seconds.
"""

from __future__ import annotations

import json
import logging
import threading
import time

from sav_airflow.store import Stored

log = logging.getLogger(__name__)


class Lease:
    """A lease of a folder. It can be had once."""

    def __init__(self, folder: Stored, seconds: float = 120):
        """Without a renewal it ends after so many seconds."""
        self.folder, self.seconds = folder, seconds
        self._until = 0.0  # not had yet
        self._renewing: threading.Thread | None = None
        self._ended = threading.Event()

    def get(self) -> bool:
        """Whether it is ours now, and renewed from now on."""
        before = self._numbers()
        if before and not self._free(before[-1]):
            return False
        number = before[-1] + 1 if before else 1
        until = time.time() + self.seconds
        try:
            self._file(number).create(_written(until))
        except FileExistsError:
            return False
        if self._numbers()[-1] != number:  # what we found had ended long ago, and others came meanwhile
            self._file(number).unlink(missing_ok=True)
            return False
        for old in before:
            self._file(old).unlink(missing_ok=True)
        self._until, self._mine = until, self._file(number)
        self._renewing = threading.Thread(target=self._renew, daemon=True)
        self._renewing.start()
        return True

    def lost(self) -> bool:
        """Whether it may be another's by now, since it was not renewed in time."""
        return time.time() >= self._until

    def close(self) -> None:
        """Give it back."""
        self._ended.set()
        if self._renewing:
            self._renewing.join()
        if not self.lost():
            try:
                self._mine.write_bytes(_written(0))
            except Exception as error:  # it ends by itself
                log.warning("%s is not given back: %s", self.folder, error)

    def _renew(self) -> None:
        while not self._ended.wait(self.seconds / 4) and not self.lost():
            until = time.time() + self.seconds
            try:
                self._mine.write_bytes(_written(until))
                self._until = until
            except Exception as error:  # the next may do
                log.warning("%s is not renewed: %s", self.folder, error)

    def _numbers(self) -> list[int]:
        return sorted(int(file.name) for file in self.folder.glob("*") if file.name.isdigit())

    def _file(self, number: int) -> Stored:
        return self.folder / f"{number:09d}"

    def _free(self, number: int) -> bool:
        """Whether the holder gave it back, or did not renew it."""
        try:
            return json.loads(self._file(number).read_bytes())["until"] < time.time()
        except FileNotFoundError:  # another is there by now
            return False
        except (ValueError, TypeError, KeyError):
            return True


def _written(until: float) -> bytes:
    return json.dumps({"until": until}).encode() + b"\n"
