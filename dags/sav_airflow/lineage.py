"""What a task read and wrote, by the names that OpenLineage gives to datasets.

Its provider for Airflow asks an operator for them, by a method of a name that it knows. It need not be installed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from airflow.sdk import BaseOperator

Dataset = tuple[str, str]  # its namespace, and its name there


@dataclass
class Lineage:
    """The datasets that were read and written, each once, in order."""

    inputs: dict[Dataset, None] = field(default_factory=dict)
    outputs: dict[Dataset, None] = field(default_factory=dict)

    def read(self, datasets: Iterable[Dataset]) -> None:
        self.inputs |= dict.fromkeys(datasets)

    def wrote(self, datasets: Iterable[Dataset]) -> None:
        self.outputs |= dict.fromkeys(datasets)


class Traced(BaseOperator):
    """An operator that says what it read and wrote."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.lineage = Lineage()

    def get_openlineage_facets_on_complete(self, task_instance: Any) -> Any:
        """What OpenLineage's provider asks for, also after a failure: what was done until then."""
        from airflow.providers.openlineage.extractors import OperatorLineage
        from openlineage.client.event_v2 import Dataset

        return OperatorLineage(inputs=[Dataset(*one) for one in self.lineage.inputs],
                               outputs=[Dataset(*one) for one in self.lineage.outputs])


def file(name: str) -> Dataset:
    """A file of the machine, or an object of a store: s3://bucket/key."""
    scheme, separator, rest = str(name).partition("://")
    if not separator or scheme == "file":
        return "file", os.path.abspath(rest if separator else name)
    store, _, key = rest.partition("/")
    return f"{scheme}://{store.rpartition('@')[2]}", key


PORTS = {"mysql": 3306, "postgres": 5432}


def tables(variables: Mapping[str, str], *options: str) -> list[Dataset]:
    """The tables that options of sav name, such as SAV_TABLE, of the database of SAV_DSN.

    One of PostgreSQL without a schema is taken for one of public. What a query reads is not known.
    """
    dsn = urlsplit(variables["SAV_DSN"])
    scheme = {"mariadb": "mysql", "postgresql": "postgres"}.get(dsn.scheme, dsn.scheme)
    namespace = f"{scheme}://{dsn.hostname or 'localhost'}:{dsn.port or PORTS.get(scheme, '')}"
    base = unquote(dsn.path.strip("/"))
    found = []
    for name in filter(None, map(variables.get, options)):
        if scheme == "postgres":
            name = f"{base}.{name if '.' in name else f'public.{name}'}"
        elif "." not in name:
            name = f"{base}.{name}"
        found.append((namespace, name))
    return found


def endpoint(url: str) -> Dataset:
    """What an API is called: its server, and the path there. Neither a password nor a query, which may hold a key."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else ""), parts.path or "/"
