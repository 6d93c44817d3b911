"""The daily job: a DAG of sav_daily.py and of sav_daily_spark.py, and of anybody who calls daily_dag.

Each run analyses the day of its data interval and the days before it, publishes their reports,
delivers them, and loads them into a database if there is a connection for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow.sdk import (
    Asset, BaseOperator, Context, CronDataIntervalTimetable, dag, get_current_context, task, task_group,
)
from airflow.sdk.exceptions import AirflowSkipException

from sav_airflow.clean import clean as remove_superseded
from sav_airflow.notify import on_failure
from sav_airflow.operators import AnalyzeDays, DeliverDay, LoadDay, PublishDay
from sav_airflow.params import COMMON, MESSAGES, with_defaults
from sav_airflow.sensors import WaitForInput
from sav_airflow.stages import as_dicts, changed, windows_of
from sav_airflow.store import where

# What belongs to the machines, not to a run. The zone is that of the timetable, of --tz and of ds=.
PROGRAM = os.environ.get("SAV_DAILY_PROGRAM", "sav")
ROOT = os.environ.get("SAV_DAILY_ROOT", "/var/lib/sav")
STORAGE = os.environ.get("SAV_DAILY_STORAGE")  # the connection of addresses that name none
ZONE = os.environ.get("SAV_DAILY_TZ", "UTC")
LOAD = os.environ.get("SAV_DAILY_LOAD")  # the connection that reports are loaded into; none: they are not
REPORTS = os.environ.get("SAV_DAILY_REPORTS", "")  # the URL under which a web server has the root; none: no links
RETRY_DELAY = timedelta(seconds=float(os.environ.get("SAV_DAILY_RETRY_DELAY", 60)))


def daily_dag(dag_id: str, doc: str, params: Mapping | None = None, *, defaults: Mapping | None = None,
              analyze_day: Callable[[dict], BaseOperator] | None = None, root: str = ROOT, zone: str = ZONE,
              storage: str | None = STORAGE,
              program: str = PROGRAM, asset: str = "sav_report", api: str = "sav_api", load: str | None = LOAD,
              reports: str = REPORTS, pool: str | None = None, queue: str | None = None, priority: int = 1,
              notify: Callable[[Context], None] = on_failure, deadline: timedelta = timedelta(hours=1),
              timeout: timedelta = timedelta(hours=2), wait: timedelta | None = None, retries: int = 5,
              retry_delay: timedelta = RETRY_DELAY, max_retry_delay: timedelta = timedelta(minutes=30)):
    """What makes the DAG; without analyze_day, it analyses all windows of a run in one pass.

    Two DAGs need a root and an asset each, and may share the rest.

    :param params: beyond the COMMON ones, by name; they come first. MESSAGES, if none are given.
    :param defaults: other defaults for some params, by name, such as {"input": ["/data/fr.csv"]}.
    :param analyze_day: makes the task that analyses one window, in place of the one pass.
    :param root: a path, or an address such as s3://bucket/reports; a template, such as {{ var.value.root }}, too.
    :param storage: the connection of the addresses that name none, of the root and of the input.
    :param api: the connection that reports are delivered to.
    :param load: the connection that reports are loaded into; none: they are not.
    :param reports: the URL under which a web server has the root; tasks have links then.
    :param wait: how long a run waits at most for the files of its input to be there, and to be left unchanged for a
        minute; none: it does not wait.
    :param notify: what is called for a task that failed for good.
    :param deadline: of a delivery; it is to end before the timeout of its task, and says how far it came.
    """
    if deadline >= timeout:
        raise ValueError(f"the deadline of a delivery, {deadline}, is not before the timeout of its task, {timeout}")
    report = Asset(asset)
    tasks_have = {"retries": retries, "retry_delay": retry_delay, "retry_exponential_backoff": 2.0,
                  "max_retry_delay": max_retry_delay, "execution_timeout": timeout, "on_failure_callback": notify,
                  "priority_weight": priority, "pool": pool, "queue": queue}

    @dag(
        dag_id=dag_id,
        schedule=CronDataIntervalTimetable("@daily", timezone=zone),
        start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)),
        catchup=False,
        max_active_runs=1,
        max_active_tasks=4,
        default_args={name: value for name, value in tasks_have.items() if value is not None},
        tags=["sav", "daily"],
        doc_md=doc,
        params=with_defaults({**(MESSAGES if params is None else params), **COMMON}, zone, defaults or {}),
    )
    def build():
        @task(task_id="days")
        def windows(root: str) -> list[dict]:
            """The windows of the run, from its data interval."""
            context = get_current_context()
            return as_dicts(windows_of(context, zone, root, context["params"], storage))

        @task
        def days(summary: dict) -> list[dict]:
            """The windows that were analysed."""
            return summary["days"]

        @task(outlets=[report])
        def announce(*, ti, outlet_events) -> list[dict]:
            """One event of the asset for the run, with each day whose bytes changed."""
            found = changed(ti.xcom_pull(task_ids=["day.publish"]))  # of each day
            if not found:
                raise AirflowSkipException("no published report has other bytes than before")
            outlet_events[report].extra = {"days": found}
            return found

        @task
        def clean(root: str, params: dict) -> list[str]:
            """Removes analyses that are not needed any more, of all days."""
            if params["keep_days"] is None:
                raise AirflowSkipException("keep_days is none: nothing is removed")
            removed = remove_superseded(where(root, storage), params["keep_days"])
            if not removed:
                raise AirflowSkipException("there is nothing to remove")
            return removed

        @task_group(group_id="day")
        def day(window: dict):
            tasks = [
                PublishDay(task_id="publish", window=window, reports=reports),
                DeliverDay(task_id="deliver", window=window, conn_id=api, program=program, reports=reports,
                           arguments=["--deadline", f"{deadline.total_seconds():g}s"]),
            ]
            if load:
                tasks.append(LoadDay(task_id="load", window=window, conn_id=load, program=program, reports=reports))
            if analyze_day:
                analyze_day(window) >> tasks

        # As teardowns they come after days that failed too, and the run's state is still theirs.
        if analyze_day:
            first = found = windows(root)
        else:
            first = AnalyzeDays(task_id="analyze", root=root, zone=zone, storage=storage,
                                        program=program)
            found = days(first.output)
        if wait:
            WaitForInput(task_id="wait", timeout=wait, execution_timeout=None, zone=zone, storage=storage) >> first
        day.expand(window=found) >> [announce().as_teardown(), clean(root).as_teardown()]

    return build
