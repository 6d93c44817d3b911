"""The tasks that run sav."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from airflow.sdk import Asset, AssetAlias, Context
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from sav_airflow import stages
from sav_airflow.clean import clean
from sav_airflow.command import Command, Verdict, verdict
from sav_airflow.copies import Copies
from sav_airflow.lineage import Traced
from sav_airflow.links import ReportLink
from sav_airflow.params import check_names, settings_of
from sav_airflow.store import where
from sav_airflow.windows import Window


def end(context: Context, status: int, summary: dict, argv: Sequence[str]) -> dict:
    """Ends a task as an exit status of sav asks for: returns the summary, or raises.

    The error names the day, the reason, and the command that ended so.
    """
    wanted = verdict(status)
    if wanted is Verdict.DONE:
        return summary
    context["ti"].xcom_push(key="return_value", value=summary)
    reason = f"{day_in(context)}sav ended with {status}: {summary.get('error', 'it gave no reason')}"
    if wanted is Verdict.SKIP:
        raise AirflowSkipException(reason)
    reason += f" (of the command: {shlex.join(argv)})"
    raise (AirflowFailException if wanted is Verdict.FAIL else AirflowException)(reason)


def day_in(context: Context) -> str:
    """How an error begins: with the day, or the days, that the task has come to."""
    return f"{context['day']}: " if context.get("day") else ""


class SavOperator(Traced):
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

    def task(self, context: Context) -> stages.Task:
        """What runs sav for a stage."""
        return stages.Task(partial(self.run, context), self.lineage, self.arguments, self.environment)

    def run(self, context: Context, arguments: Sequence[str], environment: Mapping[str, str],
            copies: Copies | None = None) -> dict:
        """Run sav to its end, and return its summary or raise what its exit status asks for."""
        where_it_runs = {"folder": copies.folder, "held": copies.held} if copies else {}
        self._command = Command(self.program, arguments, environment, self.log, **where_it_runs)
        try:
            status, summary = self._command.run()
        except (FileNotFoundError, PermissionError) as error:
            raise AirflowFailException(f"{day_in(context)}{self.program} cannot be run: {error} "
                                       f"(of the command: {shlex.join(self._command.argv)})") from error
        return end(context, status, summary, self._command.argv)

    def on_kill(self) -> None:
        command = getattr(self, "_command", None)
        if command is not None:
            command.stop()


class AnalyzeDays(SavOperator):
    """Analyses the day of the run's data interval and the trailing days before it, all as of the interval's end,
    in one pass over the messages.

    The XCom is the summary of the pass, and `days`: the windows, as dicts, latest first. Those of days without a
    conversation are `empty`.

    :param root: the folder that holds a folder for each day: a path, or an address such as s3://bucket/reports.
    :param storage: the connection of the addresses that name none, of the root and of the input.
    :param zone: the zone that days are of: that of the DAG's timetable.
    :param settings: in place of the run's params of these names, such as {"input": ["/data/{{ ds }}.csv"]}.
    """

    template_fields: Sequence[str] = (*SavOperator.template_fields, "root", "settings", "storage")

    def __init__(self, *, root: str, zone: str = "UTC", settings: Mapping | None = None, storage: str | None = None,
                 **kwargs):
        super().__init__(**kwargs)
        self.root = root
        self.storage = storage
        self.zone = zone
        self.settings = check_names(settings or {})

    def execute(self, context: Context) -> dict:
        return self.analyze(context, settings_of(context, self.settings))

    def analyze(self, context: Context, settings: Mapping) -> dict:
        """The analysis of the run's windows."""
        found = stages.windows_of(context, self.zone, self.root, settings, self.storage)
        context["day"] = stages.days_of(found)
        summary, found = stages.analyze(self.task(context), found, self.zone, settings, self.storage)
        return summary | {"days": stages.as_dicts(found)}


class OfADay(Traced):
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
        return stages.publish_day(self.lineage, self.enter(context))


class DayOperator(OfADay, SavOperator):
    """Runs sav on the report of a window.

    :param conn_id: the connection of the API or of the database.
    """

    template_fields: Sequence[str] = (*SavOperator.template_fields, "window", "conn_id")

    def __init__(self, *, conn_id: str, **kwargs):
        super().__init__(**kwargs)
        self.conn_id = conn_id


class DeliverDay(DayOperator):
    """Delivers a window's report, unless the API has the same bytes of the day already, or a later report.

    :param settings: `url` and `replay`, in place of the run's params of these names.
    """

    template_fields: Sequence[str] = (*DayOperator.template_fields, "settings")

    def __init__(self, *, settings: Mapping | None = None, **kwargs):
        super().__init__(**kwargs)
        self.settings = check_names(settings or {})

    def execute(self, context: Context) -> dict:
        window, settings = self.enter(context), settings_of(context, self.settings)
        return stages.deliver_day(self.task(context), window, self.conn_id, settings)


class LoadDay(DayOperator):
    """Puts a window's report into a table of a database, and its pairs into another if the analysis wrote them and
    the connection names their table. The task is skipped if the table has a later report of the day.
    """

    def execute(self, context: Context) -> dict:
        return stages.load_day(self.task(context), self.enter(context), self.conn_id)


class ReportDays(AnalyzeDays):
    """The daily DAG as one task: it analyses the days of the run, publishes their reports, delivers and loads
    them where a connection is given, and removes the analyses that are not needed any more.

    What fails for one day is not in the way of the others. Then the task fails, naming each of them: at once if all
    of them would end the same again, else it is retried; what is done is not done again. The XCom is that of
    AnalyzeDays, and `outcomes`: by day and stage what came of it, a summary, or the reason as `skipped` or `failed`.

    :param api: the connection that reports are delivered to; none: they are not.
    :param load: the connection that reports are loaded into; none: they are not.
    :param reports: the URL under which a web server has the root; the task has a link to the latest report then.
    :param asset: the name of an asset, updated if a published report has other bytes than before.
    """

    template_fields: Sequence[str] = (*AnalyzeDays.template_fields, "api", "load")

    def __init__(self, *, api: str | None = "sav_api", load: str | None = None,
                 asset: str | None = None, reports: str = "", **kwargs):
        self.asset = Asset(asset) if asset else None
        if asset:  # by an alias, since there is an event only if bytes changed
            self.alias = AssetAlias(f"{asset} of {kwargs['task_id']}")
            kwargs["outlets"] = [*kwargs.get("outlets", ()), self.alias]
        super().__init__(**kwargs)
        self.api = api
        self.load = load
        self.reports = reports
        if reports:
            self.operator_extra_links = (ReportLink(),)
        self.window: dict | None = None  # the latest that was published, for the link
        self._killed = False

    def on_kill(self) -> None:
        self._killed = True
        super().on_kill()

    def execute(self, context: Context) -> dict:
        settings = settings_of(context, self.settings)
        summary = self.analyze(context, settings)
        outcomes, failed = summary.setdefault("outcomes", {}), []
        for day in summary["days"]:
            window = Window(**day)
            context["day"] = window.day
            if window.empty:
                continue
            outcomes[window.day] = {}
            for stage, do in self.each_stage(context, settings).items():
                try:
                    if self._killed:
                        raise AirflowException(f"{window.day}: the task was stopped before it came to {stage}")
                    outcomes[window.day][stage] = do(window)
                except AirflowSkipException as skip:
                    outcomes[window.day][stage] = {"skipped": str(skip)}
                except Exception as error:
                    outcomes[window.day][stage] = {"failed": str(error)}
                    failed.append(error)
        published = [day for day in summary["days"] if "report" in outcomes.get(day["day"], {}).get("publish", {})]
        self.window = published[0] if published else None
        context["day"] = ""
        self.announce(context, stages.changed(outcome["publish"] for outcome in outcomes.values()))
        if failed:
            context["ti"].xcom_push(key="return_value", value=summary)
            final = all(isinstance(error, AirflowFailException) for error in failed)
            raise (AirflowFailException if final else AirflowException)("\n".join(map(str, failed)))
        if settings["keep_days"] is not None:
            summary["removed"] = clean(where(self.root, self.storage), settings["keep_days"])
        return summary

    def each_stage(self, context: Context, settings: Mapping) -> dict:
        """What is done with a window after its analysis, by name."""
        task = replace(self.task(context), arguments=())
        done = {"publish": partial(stages.publish_day, self.lineage)}
        if self.api:
            done["deliver"] = partial(stages.deliver_day, task, conn_id=self.api, settings=settings)
        if self.load:
            done["load"] = partial(stages.load_day, task, conn_id=self.load)
        return done

    def announce(self, context: Context, changed: list[dict]) -> None:
        """One event of the asset for the run, with each day whose bytes changed."""
        if self.asset and changed:
            context["outlet_events"][self.alias].add(self.asset, extra={"days": changed})
