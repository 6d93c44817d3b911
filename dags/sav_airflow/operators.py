"""The tasks that run sav."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import (
    AirflowException, AirflowFailException, AirflowNotFoundException, AirflowSkipException,
)

from sav_airflow import connections
from sav_airflow.command import Command, Verdict, verdict
from sav_airflow.links import ReportLink
from sav_airflow.place import Behind, Place, Taken, take_root
from sav_airflow.publish import has_pairs, publish, report_sha256
from sav_airflow.windows import IntervalError, Window, analysis, by_period, interval, one_pass, windows


def end(context: Context, status: int, summary: dict, argv: Sequence[str]) -> dict:
    """Ends a task as an exit status of sav asks for: returns the summary, or raises.

    The error names the day, the reason, and the command that ended so.
    """
    wanted = verdict(status)
    if wanted is Verdict.DONE:
        return summary
    context["ti"].xcom_push(key="return_value", value=summary)
    day = f"{context['day']}: " if "day" in context else ""
    reason = f"{day}sav ended with {status}: {summary.get('error', 'it gave no reason')}"
    if wanted is Verdict.SKIP:
        raise AirflowSkipException(reason)
    reason += f" (of the command: {shlex.join(argv)})"
    raise (AirflowFailException if wanted is Verdict.FAIL else AirflowException)(reason)


class SavOperator(BaseOperator):
    """Runs a command of sav, and ends as its exit status asks for.

    The summary, the last line of the program's standard output, is the task's XCom, also if the task
    fails. What would end the same again fails at once (64, 65, 70, 76, 77, 78), nothing to do (99)
    skips the task, and anything else but 0 is an error that Airflow retries. A task that is killed
    ends the program as SIGTERM does: the files stay whole, and a delivery can go on.

    :param arguments: of the command line, its command first. Anyone may see them.
    :param environment: variables for the program, such as SAV_CONCURRENCY; not for secrets, which
        come from connections.
    :param program: the name or path of sav.
    """

    template_fields: Sequence[str] = ("arguments", "environment")

    def __init__(self, *, arguments: Sequence[str] = (), environment: dict[str, str] | None = None,
                 program: str = "sav", **kwargs):
        super().__init__(**kwargs)
        self.arguments = list(arguments)
        self.environment = environment or {}
        self.program = program

    def execute(self, context: Context) -> dict:
        return self.run(context, self.arguments, self.environment)

    def run(self, context: Context, arguments: Sequence[str], environment: dict[str, str]) -> dict:
        """Run sav to its end, and return its summary or raise what its exit status asks for."""
        self._command = Command(self.program, arguments, environment, self.log)
        try:
            status, summary = self._command.run()
        except (FileNotFoundError, PermissionError) as error:
            raise AirflowFailException(f"{self.program} cannot be run: {error}") from error
        return end(context, status, summary, self._command.argv)

    def on_kill(self) -> None:
        command = getattr(self, "_command", None)
        if command is not None:
            command.stop()


def source(params: dict, environment: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """The arguments and variables that name what messages are read from: files, or else a connection."""
    if params["input"]:
        return [f"--input={path}" for path in params["input"]], environment
    return [], environment | _of_connection(connections.database, params["connection"])


class AnalyzeDays(SavOperator):
    """Analyses the day of the run's data interval and the trailing days before it, all as of the interval's end,
    in one pass over the messages.

    The XCom is the summary of the pass, and `days`: the windows, as dicts, latest first. Those of days without a
    conversation are `empty`.

    :param root: the folder that holds a folder for each day.
    :param zone: the zone that days are of: that of the DAG's timetable.
    """

    template_fields = (*SavOperator.template_fields, "root")

    def __init__(self, *, root: str, zone: str = "UTC", **kwargs):
        super().__init__(**kwargs)
        self.root = root
        self.zone = zone

    def execute(self, context: Context) -> dict:
        params, found = context["params"], windows_of(context, self.zone, self.root)
        messages, environment = source(params, self.environment)
        arguments = ["analyze", *one_pass(found, ZoneInfo(self.zone)), *analysis(self.zone, params), *messages]
        if params.get("pairs"):
            arguments += ["--pairs", f"{by_period(found[0])}/pairs.csv"]
        summary = self.run(context, arguments + self.arguments, environment)
        return summary | {"days": [asdict(replace(w, empty=w.day not in summary["files"])) for w in found]}


def windows_of(context: Context, zone: str, root: str) -> list[Window]:
    """The windows of a run, latest first. The root becomes that of the DAG and the zone, or is theirs already."""
    try:
        found = windows(*interval(context, ZoneInfo(zone)), ZoneInfo(zone), context["params"]["trailing_days"], root)
        take_root(Path(root), {"dag": context["ti"].dag_id, "zone": zone})
    except (IntervalError, Taken) as error:
        raise AirflowFailException(str(error)) from error
    return found


class OfADay(BaseOperator):
    """A task of one window, skipped if its day has no conversation. In the grid a mapped one has the name of its day.

    :param window: a Window, as a dict.
    :param reports: the URL under which a web server has the root; the task has a link to its report then.
    """

    template_fields: Sequence[str] = ("window",)

    def __init__(self, *, window: dict, reports: str = "", map_index_template: str = "{{ task.window['day'] }}",
                 **kwargs):
        super().__init__(map_index_template=map_index_template, **kwargs)
        self.window = window
        self.reports = reports
        if reports:
            self.operator_extra_links = (ReportLink(),)

    def enter(self, context: Context) -> Window:
        """The window, which has a report. notify finds its day in the context."""
        found = Window(**self.window)
        context["day"] = found.day
        if found.empty:
            raise AirflowSkipException(f"{found.day} has no conversation")
        return found


class PublishDay(OfADay):
    """Puts a window's report at a name that stays, <root>/ds=<day>/report.csv, unless a later one is there."""

    def execute(self, context: Context) -> dict:
        try:
            return publish(self.enter(context))
        except Behind as behind:
            raise AirflowSkipException(str(behind)) from behind


class DayOperator(OfADay, SavOperator):
    """Runs sav on the report of a window."""

    template_fields = (*SavOperator.template_fields, "window")


class DeliverDay(DayOperator):
    """Delivers a window's report, unless the API has the same bytes of the day already, or a later report.

    :param conn_id: the connection of the API.
    """

    def __init__(self, *, conn_id: str, **kwargs):
        super().__init__(**kwargs)
        self.conn_id = conn_id

    def execute(self, context: Context) -> dict:
        window, params = self.enter(context), context["params"]
        environment = self.environment | _of_connection(connections.api, self.conn_id, params.get("url"))
        sha256 = report_sha256(window)
        try:
            with Place(window.home / f"delivered-{_endpoint_id(environment['SAV_URL'])}.json") as place:
                if place.has(window.as_of, sha256):
                    place.end(window.as_of, sha256)
                    raise AirflowSkipException("the report that was delivered last has the same bytes")
                place.begin(window.as_of, sha256)
                replay = ["--replay"] if params.get("replay") else []
                summary = self.run(context, ["deliver", "--out", window.folder, *replay, *self.arguments], environment)
                place.end(window.as_of, sha256)
                return summary
        except Behind as behind:
            raise AirflowSkipException(str(behind)) from behind


class LoadDay(DayOperator):
    """Puts a window's report into a table of a database, and its pairs into another if the analysis wrote them and
    the connection names their table. The task is skipped if the table has a later report of the day.

    :param conn_id: the connection of the database.
    """

    def __init__(self, *, conn_id: str, **kwargs):
        super().__init__(**kwargs)
        self.conn_id = conn_id

    def execute(self, context: Context) -> dict:
        window = self.enter(context)
        environment = self.environment | _of_connection(connections.loading, self.conn_id, has_pairs(window))
        summary = self.run(context, ["load", "--out", window.folder, *self.arguments], environment)
        if later := summary.get("later_as_of"):
            context["ti"].xcom_push(key="return_value", value=summary)
            raise AirflowSkipException(f"the table has the report as of {later}, after {window.as_of}")
        return summary


def _of_connection(variables, *arguments) -> dict[str, str]:
    """Variables from a connection; one that is missing or unusable is still so at the next attempt."""
    try:
        return variables(*arguments)
    except (AirflowNotFoundException, connections.Unusable) as error:
        raise AirflowFailException(str(error)) from error


def _endpoint_id(url: str) -> str:
    """A name for an endpoint that tells nothing of it: a URL may hold a password."""
    parts = urlsplit(url)
    host = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
    return hashlib.sha256(f"{parts.scheme}://{host}{parts.path}?{parts.query}".encode()).hexdigest()[:12]
