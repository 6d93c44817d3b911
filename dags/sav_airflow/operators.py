"""The tasks that run sav."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from urllib.parse import urlsplit

from airflow.sdk import BaseOperator, Context
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowNotFoundException, AirflowSkipException

from sav_airflow import connections
from sav_airflow.command import Command, Verdict, verdict
from sav_airflow.place import Behind, Place
from sav_airflow.publish import report_sha256
from sav_airflow.windows import Window, analysis


def end(context: Context, status: int, summary: dict) -> dict:
    """Ends a task as an exit status of sav asks for: returns the summary, or raises."""
    wanted = verdict(status)
    if wanted is Verdict.DONE:
        return summary
    context["ti"].xcom_push(key="return_value", value=summary)
    reason = f"sav ended with {status}: {summary.get('error', 'it gave no reason')}"
    if wanted is Verdict.SKIP:
        raise AirflowSkipException(reason)
    if wanted is Verdict.FAIL:
        raise AirflowFailException(reason)
    raise AirflowException(reason)


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
        return end(context, status, summary)

    def on_kill(self) -> None:
        command = getattr(self, "_command", None)
        if command is not None:
            command.stop()


class AnalyzeDay(SavOperator):
    """Analyses a window: the conversations that were opened on its day, as known at its as_of.

    :param window: a Window, as a dict.
    :param zone: the DAG's time zone.
    """

    template_fields = (*SavOperator.template_fields, "window")

    def __init__(self, *, window: dict, zone: str, **kwargs):
        super().__init__(**kwargs)
        self.window = window
        self.zone = zone

    def execute(self, context: Context) -> dict:
        window, params = Window(**self.window), context["params"]
        context["day"] = window.day  # for map_index_template
        arguments = ["analyze", *analysis(window, self.zone, params)]
        environment = dict(self.environment)
        if params["input"]:
            arguments += [f"--input={path}" for path in params["input"]]
        else:
            environment |= _of_connection(connections.database, params["connection"])
        return self.run(context, arguments + self.arguments, environment)


class DeliverDay(SavOperator):
    """Delivers a window's report, unless the API has the same bytes of the day already, or a later report.

    :param window: a Window, as a dict.
    :param conn_id: the connection of the API.
    """

    template_fields = (*SavOperator.template_fields, "window")

    def __init__(self, *, window: dict, conn_id: str, **kwargs):
        super().__init__(**kwargs)
        self.window = window
        self.conn_id = conn_id

    def execute(self, context: Context) -> dict:
        window = Window(**self.window)
        context["day"] = window.day
        environment = dict(self.environment)
        environment |= _of_connection(connections.api, self.conn_id, context["params"]["url"])
        sha256 = report_sha256(window)
        try:
            with Place(window.home / f"delivered-{_endpoint_id(environment['SAV_URL'])}.json") as place:
                if place.has(window.as_of, sha256):
                    place.end(window.as_of, sha256)
                    raise AirflowSkipException("the report that was delivered last has the same bytes")
                place.begin(window.as_of, sha256)
                replay = ["--replay"] if context["params"].get("replay") else []
                summary = self.run(context, ["deliver", "--out", window.folder, *replay, *self.arguments], environment)
                place.end(window.as_of, sha256)
                return summary
        except Behind as behind:
            raise AirflowSkipException(str(behind)) from behind


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
