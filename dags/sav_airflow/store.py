"""Where a thing is: on this machine, or in a storage that Airflow has a file system for.

An address, such as s3://bucket/key or s3://connection@bucket/key, is one of a storage, and is read as
Airflow's ObjectStoragePath reads it. Any other name is a path, as is file:///path. A Stored is used as a
Path is, so that most of what needs a place does not ask which it is.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Union
from urllib.parse import urlsplit


class NoStorage(Exception):
    """An address is of no storage that can be reached: another attempt would end the same."""


_known: set[str] = set()  # the connections that there are


class Stored:
    """A file, or a folder, in a storage."""

    def __init__(self, scheme: str, path: str, conn_id: str | None):
        self.scheme, self.conn_id, self._path = scheme, conn_id, PurePosixPath(path)

    def __str__(self) -> str:
        return f"{self.scheme}://{f'{self.conn_id}@' if self.conn_id else ''}{self._path}"

    def __truediv__(self, name: str) -> Stored:
        return Stored(self.scheme, str(self._path / name), self.conn_id)

    @property
    def name(self) -> str:
        return self._path.name

    @property
    def parent(self) -> Stored:
        return Stored(self.scheme, str(self._path.parent), self.conn_id)

    def with_name(self, name: str) -> Stored:
        return self.parent / name

    @contextmanager
    def opened(self) -> Iterator[tuple]:
        """Airflow's file system, which is fsspec's, and the path in it. An error names the address."""
        from airflow.sdk import Connection, ObjectStoragePath
        from airflow.sdk.exceptions import AirflowNotFoundException
        try:
            if self.conn_id and self.conn_id not in _known:  # without it some providers go on as anybody
                Connection.get(self.conn_id)
                _known.add(self.conn_id)
            fs = ObjectStoragePath(str(self)).fs
        except AirflowNotFoundException as error:
            raise NoStorage(f"{self}: {error}") from error
        except (ValueError, ImportError) as error:
            raise NoStorage(f"{self}: {error}: install the provider of that storage where tasks run, such as "
                            "apache-airflow-providers-amazon[s3fs] or apache-airflow-providers-google") from error
        fs.invalidate_cache()  # others write, too
        try:
            yield fs, str(self._path)
        except OSError as error:
            raise type(error)(f"{self}: {error}") from error

    def exists(self) -> bool:
        with self.opened() as (fs, path):
            return fs.exists(path)

    def read_bytes(self) -> bytes:
        with self.opened() as (fs, path):
            return fs.cat_file(path)

    def write_bytes(self, data: bytes) -> None:
        """Put data there, whole or not at all."""
        with self.opened() as (fs, path):
            fs.pipe_file(path, data)

    def create(self, data: bytes) -> None:
        """Put data there, unless there is something: that is a FileExistsError."""
        with self.opened() as (fs, path):
            fs.pipe_file(path, data, mode="create")

    def unlink(self, missing_ok: bool = False) -> None:
        with self.opened() as (fs, path):
            try:
                fs.rm_file(path)
            except FileNotFoundError:
                if not missing_ok:
                    raise

    def glob(self, pattern: str) -> list[Stored]:
        with self.opened() as (fs, path):
            return [self._of(found) for found in fs.glob(f"{path}/{pattern}")]

    def files(self) -> dict[Stored, float]:
        """The file that this is, or all files below it, with when they were changed. None is a FileNotFoundError."""
        with self.opened() as (fs, path):
            found = fs.find(path, detail=True)
            if not found:
                raise FileNotFoundError("there is nothing")
            return {self._of(name): _changed(fs, info) for name, info in found.items() if info["type"] == "file"}

    def below(self, folder: Stored) -> str:
        """The name below a folder."""
        return str(self._path.relative_to(folder._path))

    def _of(self, path: str) -> Stored:
        return Stored(self.scheme, path, self.conn_id)


Where = Union[Path, Stored]


def _changed(fs, info: dict) -> float:
    """When a file was changed, of what a file system says of it."""
    for name in ("LastModified", "last_modified", "mtime", "updated"):
        if hasattr(info.get(name), "timestamp"):
            return info[name].timestamp()
    return fs.modified(info["name"]).timestamp()


def where(name: str | Path, conn_id: str | None = None) -> Where:
    """What a name stands for. The connection is that of an address that names none."""
    if isinstance(name, Path) or "://" not in name:
        return Path(name)
    try:
        parts = urlsplit(name)
    except ValueError:
        raise NoStorage("an address cannot be read: look at its brackets") from None
    if parts.scheme in ("file", "local"):
        if parts.netloc:
            raise NoStorage(f"{name} names a machine: a path of this one has three slashes, as in file:///data")
        return Path(name.partition("://")[2])
    user, _, bucket = parts.netloc.rpartition("@")
    if ":" in user:  # its text may be secret
        raise NoStorage(f"an address of {parts.scheme}://…@{bucket} has a colon before the @, where the name of a "
                        "connection of Airflow belongs: secrets are in connections")
    if not bucket:
        raise NoStorage(f"{name} names no bucket: {parts.scheme}://bucket/key was expected")
    return Stored(parts.scheme, name.partition("://")[2].rpartition("@")[2].rstrip("/"), user or conn_id)


def text(name: str, conn_id: str | None = None) -> str:
    """The name of the same thing that needs no connection beside it. A path stays as it is."""
    return name if "://" not in name else str(where(name, conn_id))


def write_file(path: Where, data: bytes) -> None:
    """Put data at path, whole or not at all."""
    if isinstance(path, Stored):
        return path.write_bytes(data)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(beside, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def files(place: Where) -> dict[Where, float]:
    """The file that a place is, or all files below it, with when they were changed. None is a FileNotFoundError, but
    for a folder of this machine.
    """
    if isinstance(place, Stored):
        return place.files()
    found = [place]
    if place.is_dir():
        found = [Path(folder, file) for folder, _, inside in os.walk(place) for file in inside]
    return {file: file.stat().st_mtime for file in found}


def remove(folder: Where) -> None:
    """Remove a folder and what is in it."""
    if isinstance(folder, Stored):
        for file in folder.files():
            file.unlink(missing_ok=True)
    else:
        shutil.rmtree(folder)


def changed(folder: Where) -> float:
    """When something in a folder was last changed."""
    if isinstance(folder, Stored):
        return max(folder.files().values())
    return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))
