"""What is done with the days of a run: each is analysed, published, delivered, loaded.

A function each. The tasks of the daily DAG call one of them, ReportDays calls all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timezone
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from airflow.sdk import Context
from airflow.sdk.exceptions import (
    AirflowException, AirflowFailException, AirflowNotFoundException, AirflowSkipException,
)

from sav_airflow import connections, inputs, lineage
from sav_airflow.copies import Copies
from sav_airflow.lineage import Lineage
from sav_airflow.place import Behind, Held, Place, Taken, take_root
from sav_airflow.publish import has_pairs, publish, report_sha256
from sav_airflow.store import NoStorage, Stored, remove, text, where
from sav_airflow.windows import TIME, IntervalError, Window, analysis, by_period, interval, one_pass, windows


@dataclass(frozen=True)
class Task:
    """What runs a command of sav for a task."""

    # arguments, variables and copies → the summary, or an exception
    run: Callable[[Sequence[str], Mapping[str, str], Copies | None], dict]
    lineage: Lineage  # is told what was read and written
    arguments: Sequence[str]  # further ones of the command
    environment: Mapping[str, str]  # variables for sav


@contextmanager
def of_the_day(day: str) -> Iterator[None]:
    """Ends a task as an exception within asks for, naming the day."""
    try:
        yield
    except Behind as behind:
        raise AirflowSkipException(f"{day}: {behind}") from behind
    except (AirflowNotFoundException, connections.Unusable, IntervalError, NoStorage, Taken) as error:
        # The same at each attempt.
        raise AirflowFailException(f"{day}: {error}" if day else str(error)) from error
    except (Held, OSError, ValueError) as error:
        raise AirflowException(f"{day}: {error}" if day else str(error)) from error


def windows_of(context: Context, zone: str, root: str, settings: Mapping,
               storage: str | None = None) -> list[Window]:
    """The windows of a run, latest first. The root becomes that of the DAG and the zone, or is theirs already."""
    with of_the_day(""):
        root = text(root, storage)
        start, end = interval(context, ZoneInfo(zone), settings.get("day"))
        found = windows(start, end, ZoneInfo(zone), settings["trailing_days"], root)
        take_root(where(root), {"dag": context["ti"].dag_id, "zone": zone})
    return found


def analyze(task: Task, found: list[Window], zone: str, settings: Mapping,
            storage: str | None = None) -> tuple[dict, list[Window]]:
    """Analyse windows in one pass over the messages. Returns the summary, and the windows: those of days without a
    conversation are empty. `storage` is the connection of addresses that name none.
    """
    with of_the_day(days_of(found)):
        messages = input_of(found, settings, storage)
        policy = [text(settings["policy"], storage)] if settings.get("policy") else []
        root = found[0].home.parent
        with Copies(str(root), *messages, *policy) as copies:
            given, environment = source(task, messages, settings, copies)
            options = [*one_pass(found, ZoneInfo(zone), copies.name),
                       *analysis(zone, {**settings, "policy": "".join(map(copies.take, policy))}), *given]
            if settings.get("pairs"):
                options += ["--pairs", f"{copies.name(by_period(found[0]))}/pairs.csv"]
            try:
                summary = task.run(["analyze", *options, *task.arguments], environment, copies)
                found = [replace(window, empty=window.day not in summary["files"]) for window in found]
                for window in found:
                    copies.put(window.folder)
            finally:
                copies.put(str(root / "failed"))
        if isinstance(root, Stored) and (root / "failed").exists():  # sav does the same where it can
            remove(root / "failed")
    pairs = settings.get("pairs")
    for window in found:
        if not window.empty:
            task.lineage.wrote(files_of(window, bool(pairs)))
    return summary, found


def input_of(found: list[Window], settings: Mapping, storage: str | None = None) -> list[str]:
    """The names of the files and folders that the analysis of windows reads, if it reads any."""
    end = datetime.strptime(found[0].as_of, TIME).replace(tzinfo=timezone.utc)
    return inputs.names(settings["input"], date.fromisoformat(found[0].day), end, settings, storage)


def files_of(window: Window, pairs: bool) -> list[lineage.Dataset]:
    """What others read of a window's analysis."""
    return [lineage.file(f"{window.folder}/{name}") for name in ["report.csv", "pairs.csv"][:1 + pairs]]


def days_of(found: list[Window]) -> str:
    """The days of windows, latest first, as an error names them."""
    return found[0].day if len(found) == 1 else f"{found[-1].day} to {found[0].day}"


def source(task: Task, messages: list[str], settings: Mapping,
           copies: Copies) -> tuple[list[str], Mapping[str, str]]:
    """The arguments and variables that name what messages are read from: files, or else a connection."""
    if messages:
        task.lineage.read(map(lineage.file, messages))
        return [f"--input={copies.take(name)}" for name in messages], task.environment
    variables = connections.database(settings["connection"])
    table = {} if variables.get("SAV_QUERY") else {"SAV_TABLE": "messages"}
    task.lineage.read(lineage.tables(table | variables, "SAV_TABLE"))
    return [], {**task.environment, **variables}


def publish_day(traced: Lineage, window: Window) -> dict:
    """Put a window's report at a name that stays, unless a later one is there."""
    with of_the_day(window.day):
        traced.read(files_of(window, False))
        done = publish(window)
        traced.wrote([lineage.file(done["report"])])
        return done


def deliver_day(task: Task, window: Window, conn_id: str, settings: Mapping) -> dict:
    """Deliver a window's report, unless the API has the same bytes of the day already, or a later report."""
    with of_the_day(window.day):
        environment = {**task.environment, **connections.api(conn_id, settings.get("url"))}
        sha256 = report_sha256(window)
        with Place(window.home / f"delivered-{_endpoint_id(environment['SAV_URL'])}.json") as place:
            if place.has(window.as_of, sha256):
                place.end(window.as_of, sha256)
                raise AirflowSkipException(f"{window.day}: the report that was delivered last has the same bytes")
            place.begin(window.as_of, sha256)
            replay = ["--replay"] if settings.get("replay") else []
            task.lineage.read(files_of(window, False))
            with Copies(window.folder) as copies:
                folder = copies.take(window.folder, "report.csv", "run.json", "delivery")
                try:
                    summary = task.run(["deliver", "--out", folder, *replay, *task.arguments], environment, copies)
                finally:
                    copies.put(window.folder)  # its journal, too, whatever came of it
            place.end(window.as_of, sha256)
            task.lineage.wrote([lineage.endpoint(environment["SAV_URL"])])
            return summary


def load_day(task: Task, window: Window, conn_id: str) -> dict:
    """Put a window's report into a table of a database, unless the table has a later report of the day; and its pairs
    into another, if the analysis wrote them and the connection names their table.
    """
    with of_the_day(window.day):
        pairs = has_pairs(window)
        environment = {**task.environment, **connections.loading(conn_id, pairs)}
        task.lineage.read(files_of(window, pairs))
        with Copies(window.folder) as copies:
            folder = copies.take(window.folder, "report.csv", "run.json", *["pairs.csv"][:pairs])
            summary = task.run(["load", "--out", folder, *task.arguments], environment, copies)
    if later := summary.get("later_as_of"):
        raise AirflowSkipException(f"{window.day}: the table has the report as of {later}, after {window.as_of}")
    task.lineage.wrote(lineage.tables(environment, "SAV_TABLE", "SAV_PAIRS_TABLE"))
    return summary


def changed(published: Iterable[dict | None]) -> list[dict]:
    """Of what publish_day returned, the days whose bytes are others than before: what an asset's event tells."""
    return [day for day in published if day and day.get("changed")]


def as_dicts(found: list[Window]) -> list[dict]:
    """Windows, as they pass between tasks."""
    return [asdict(window) for window in found]


def _endpoint_id(url: str) -> str:
    """A name for an endpoint that tells nothing of it: a URL may hold a password."""
    parts = urlsplit(url)
    host = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
    return hashlib.sha256(f"{parts.scheme}://{host}{parts.path}?{parts.query}".encode()).hexdigest()[:12]
