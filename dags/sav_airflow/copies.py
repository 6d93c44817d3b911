"""A task's own copies, on the worker's disk, of what it needs from a storage."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sav_airflow.store import Stored, where

# Removes a folder when all have ended that hold its standard input: also after a SIGKILL.
REMOVER = 'cat >/dev/null; rm -rf "$1"'


class Copies:
    """What names stand for, as files of this machine, while it is used as a context manager.

    A path is what it says, and nothing is copied. What is in a storage has its copy in a temporary folder, by a
    name that is always the same there: s3:/bucket/key is that of s3://bucket/key. The folder is removed at
    the end, and if our process is killed: then when the programs that hold `held` have ended too.
    """

    def __init__(self, *names: str):
        """The names are all that may be asked for, or folders of these."""
        self._needed = any(isinstance(where(name), Stored) for name in names)
        self.folder: str | None = None  # the current one for a program that gets the names
        self.held: tuple[int, ...] = ()  # what the program keeps open
        self._taken: dict[str, tuple] = {}

    def __enter__(self) -> Copies:
        if self._needed:
            self.folder = tempfile.mkdtemp(prefix="sav-")
            there, here = os.pipe()
            self.held = (here,)
            self._remover = subprocess.Popen(["/bin/sh", "-c", REMOVER, "sh", self.folder], stdin=there,
                                             stdout=subprocess.DEVNULL, start_new_session=True)
            os.close(there)
        return self

    def __exit__(self, *_) -> None:
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
            os.close(self.held[0])
            self._remover.wait()

    def name(self, name: str) -> str:
        """What a program calls it, there or not."""
        place = where(name)
        if isinstance(place, Stored):
            return str(place).replace("://", ":/", 1)
        return os.path.abspath(place) if self.folder else str(name)

    def take(self, name: str, *parts: str) -> str:
        """Copy a file, or the files of a folder as sav reads one, or of a folder these parts; return its name."""
        place, copied = where(name), self.name(name)
        if isinstance(place, Stored):
            for file in self._files(place, parts):
                here = Path(self.folder, self.name(str(file)))
                here.parent.mkdir(parents=True, exist_ok=True)
                with file.opened() as (fs, path):
                    fs.get_file(path, str(here))
                self._taken[str(here)] = _state(here)
        return copied

    def _files(self, place: Stored, parts: tuple[str, ...]) -> Iterator[Stored]:
        """The files to copy of a place. That there is none is a FileNotFoundError."""
        for part in parts:
            try:
                yield from (place / part).files()
            except FileNotFoundError:
                pass
        if parts:
            return
        try:
            files = list(place.files())
        except FileNotFoundError as error:
            raise FileNotFoundError(f"{error}: look at the name, or let the run wait for it, by the parameter `wait` "
                                    "of the DAG") from error
        if len(files) == 1 and str(files[0]) == str(place):
            yield place
            return
        files = [file for file in files if "/" not in file.below(place) and file.name[0] not in "._"]
        if not files:
            raise FileNotFoundError(f"{place} has no file to read: those in folders below it, and those that begin "
                                    "with . or _, do not count")
        yield from files

    def put(self, name: str) -> None:
        """Copy back what was changed below a folder, its run.json last, and remove what was removed.

        Without its run.json a folder is no analysis. So whoever reads at any time, or after we were broken off, finds
        a whole one or none.
        """
        place = where(name)
        if not isinstance(place, Stored):
            return
        folder = Path(self.folder, self.name(name))
        files = [file for file in folder.rglob("*") if file.is_file()]
        files.sort(key=lambda file: (file.name == "run.json", str(file)))
        changed = [file for file in files if self._taken.get(str(file)) != _state(file)]
        if folder / "report.csv" in changed:
            (place / "run.json").unlink(missing_ok=True)
        for file in changed:
            with (place / str(file.relative_to(folder))).opened() as (fs, path):
                fs.put_file(str(file), path)
            self._taken[str(file)] = _state(file)
        for gone in [file for file in self._taken if Path(file).is_relative_to(folder) and not os.path.exists(file)]:
            (place / str(Path(gone).relative_to(folder))).unlink(missing_ok=True)
            del self._taken[gone]


def _state(file: Path) -> tuple:
    """What is another once a file is written to."""
    found = file.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino
