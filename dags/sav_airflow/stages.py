"""What is done with the days of a run: each is analysed, published, delivered, loaded.

A function each. The tasks of the daily DAG call one of them, ReportDays calls all. `run` is what runs sav, with
arguments and variables, and returns its summary.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from airflow.sdk import Context
from airflow.sdk.exceptions import (
    AirflowException, AirflowFailException, AirflowNotFoundException, AirflowSkipException,
)

from sav_airflow import connections
from sav_airflow.place import Behind, Held, Place, Taken, take_root
from sav_airflow.publish import has_pairs, publish, report_sha256
from sav_airflow.windows import IntervalError, Window, analysis, by_period, interval, one_pass, windows

Run = Callable[[Sequence[str], Mapping[str, str]], dict]


@contextmanager
def of_the_day(day: str) -> Iterator[None]:
    """Ends a task as an exception within asks for, naming the day."""
    try:
        yield
    except Behind as behind:
        raise AirflowSkipException(f"{day}: {behind}") from behind
    except (AirflowNotFoundException, connections.Unusable, IntervalError, Taken) as error:  # the same at each attempt
        raise AirflowFailException(f"{day}: {error}" if day else str(error)) from error
    except (Held, OSError, ValueError) as error:
        raise AirflowException(f"{day}: {error}" if day else str(error)) from error


def windows_of(context: Context, zone: str, root: str, settings: Mapping) -> list[Window]:
    """The windows of a run, latest first. The root becomes that of the DAG and the zone, or is theirs already."""
    with of_the_day(""):
        start, end = interval(context, ZoneInfo(zone), settings.get("day"))
        found = windows(start, end, ZoneInfo(zone), settings["trailing_days"], root)
        take_root(Path(root), {"dag": context["ti"].dag_id, "zone": zone})
    return found


def analyze(run: Run, found: list[Window], zone: str, settings: Mapping, arguments: Sequence[str],
            environment: Mapping[str, str]) -> tuple[dict, list[Window]]:
    """Analyse windows in one pass over the messages. Returns the summary, and the windows: those of days without a
    conversation are empty.
    """
    with of_the_day(days_of(found)):
        messages, environment = source(settings, environment)
    pairs = ["--pairs", f"{by_period(found[0])}/pairs.csv"] if settings.get("pairs") else []
    options = [*one_pass(found, ZoneInfo(zone)), *analysis(zone, settings), *messages, *pairs]
    summary = run(["analyze", *options, *arguments], environment)
    return summary, [replace(window, empty=window.day not in summary["files"]) for window in found]


def days_of(found: list[Window]) -> str:
    """The days of windows, latest first, as an error names them."""
    return found[0].day if len(found) == 1 else f"{found[-1].day} to {found[0].day}"


def source(settings: Mapping, environment: Mapping[str, str]) -> tuple[list[str], Mapping[str, str]]:
    """The arguments and variables that name what messages are read from: files, or else a connection."""
    if settings["input"]:
        return [f"--input={path}" for path in settings["input"]], environment
    return [], {**environment, **connections.database(settings["connection"])}


def publish_day(window: Window) -> dict:
    """Put a window's report at a name that stays, unless a later one is there."""
    with of_the_day(window.day):
        return publish(window)


def deliver_day(run: Run, window: Window, conn_id: str, settings: Mapping, arguments: Sequence[str],
                environment: Mapping[str, str]) -> dict:
    """Deliver a window's report, unless the API has the same bytes of the day already, or a later report."""
    with of_the_day(window.day):
        environment = {**environment, **connections.api(conn_id, settings.get("url"))}
        sha256 = report_sha256(window)
        with Place(window.home / f"delivered-{_endpoint_id(environment['SAV_URL'])}.json") as place:
            if place.has(window.as_of, sha256):
                place.end(window.as_of, sha256)
                raise AirflowSkipException(f"{window.day}: the report that was delivered last has the same bytes")
            place.begin(window.as_of, sha256)
            replay = ["--replay"] if settings.get("replay") else []
            summary = run(["deliver", "--out", window.folder, *replay, *arguments], environment)
            place.end(window.as_of, sha256)
            return summary


def load_day(run: Run, window: Window, conn_id: str, arguments: Sequence[str], environment: Mapping[str, str]) -> dict:
    """Put a window's report into a table of a database, unless the table has a later report of the day; and its pairs
    into another, if the analysis wrote them and the connection names their table.
    """
    with of_the_day(window.day):
        environment = {**environment, **connections.loading(conn_id, has_pairs(window))}
        summary = run(["load", "--out", window.folder, *arguments], environment)
    if later := summary.get("later_as_of"):
        raise AirflowSkipException(f"{window.day}: the table has the report as of {later}, after {window.as_of}")
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
