"""The daily job, whatever analyses a day: a DAG of sav_daily.py and of sav_daily_spark.py.

Each run analyses the day of its data interval and the days before it, publishes their reports,
delivers them, and loads them into a database if there is a connection for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from airflow.sdk import Asset, BaseOperator, CronDataIntervalTimetable, Param, dag, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from sav_airflow.clean import clean as remove_superseded
from sav_airflow.notify import on_failure
from sav_airflow.operators import DeliverDay, LoadDay, enter, windows_of
from sav_airflow.place import Behind
from sav_airflow.publish import publish as publish_window

# What belongs to the machines, not to a run. The zone is that of the timetable, of --tz and of ds=.
PROGRAM = os.environ.get("SAV_DAILY_PROGRAM", "sav")
ROOT = os.environ.get("SAV_DAILY_ROOT", "/var/lib/sav")
ZONE = os.environ.get("SAV_DAILY_TZ", "UTC")
INPUT = [path for path in os.environ.get("SAV_DAILY_INPUT", "").split(os.pathsep) if path]
LOAD = os.environ.get("SAV_DAILY_LOAD")  # the connection that reports are loaded into; none: they are not
RETRY_DELAY = float(os.environ.get("SAV_DAILY_RETRY_DELAY", 60))

DURATION = "^([0-9]+(\\.[0-9]+)?(d|h|m|s))+$"  # as sav reads one: 12h, 7d, 1h30m

LEVELS = ["all", "country", "merchant", "country_merchant", "merchant_client"]

PARAMS = {
    "url": Param(None, type=["null", "string"], pattern="^https?://[^/?#@]+([/?#]|$)", title="URL",
                 description="Where reports are delivered to, if not to the host of connection sav_api; "
                             "on the same server."),
    "levels": Param(LEVELS[:4], type="array", items={"type": "string", "enum": LEVELS}, minItems=1,
                    uniqueItems=True, examples=LEVELS, title="Levels", description="The parts of the report."),
    "policy": Param(None, type=["null", "string"], minLength=1, title="Policy",
                    description="A file with working hours and targets, as YAML, that workers can open."),
    "within": Param(["24h"], type="array", items={"type": "string", "pattern": DURATION}, minItems=1, title="Within",
                    description="The times within which answers are counted, in ascending order."),
    "new_after": Param(None, type=["null", "string"], pattern=DURATION, title="New after",
                       description="In a thread that is kept for ever: how long a silence, such as 12h, begins another "
                                   "conversation."),
    "max_reject_rate": Param(0.01, type="number", minimum=0, maximum=1, title="Reject rate",
                             description="The share of rows that may be rejected."),
    "trailing_days": Param(7, type="integer", minimum=0, maximum=366, title="Trailing days",
                           description="How many days before the interval's are analysed again."),
    "keep_days": Param(30, type=["null", "integer"], minimum=1, title="Keep",
                       description="Days after which analyses that a later one superseded are removed; none: never."),
    "day": Param(None, type=["null", "string"], format="date", title="Day",
                 description="Of a run by hand: the day that it is of, as known at its end. "
                             "Trigger it without a logical date."),
    "replay": Param(False, type="boolean", title="Replay",
                    description="Send again what the API refused for good (76), after the cause is mended."),
    "tz": Param(ZONE, type="string", enum=[ZONE], title="Time zone",
                description="The zone that days are of: SAV_DAILY_TZ, where the DAG is read."),
}


def daily_dag(dag_id: str, doc: str, params: dict[str, Param], analyze: Callable[[], BaseOperator] | None = None, *,
              analyze_day: Callable[[dict], BaseOperator] | None = None,
              root: str = ROOT, asset: str = "sav_report", api: str = "sav_api", load: str | None = LOAD):
    """What makes the DAG. analyze makes the task that analyses all windows of a run, such as AnalyzeDays;
    analyze_day, in its place, one that analyses a window. params are those that it asks for beyond PARAMS,
    and come first.

    Two DAGs need a root and an asset each, and may share the connections named api and load.
    """
    if (analyze is None) == (analyze_day is None):
        raise TypeError("daily_dag needs analyze or analyze_day, and not both")
    report = Asset(asset)

    @dag(
        dag_id=dag_id,
        schedule=CronDataIntervalTimetable("@daily", timezone=ZONE),
        start_date=datetime(2026, 1, 1, tzinfo=ZoneInfo(ZONE)),
        catchup=False,
        max_active_runs=1,
        max_active_tasks=4,
        default_args={
            "retries": 5,
            "retry_delay": timedelta(seconds=RETRY_DELAY),
            "retry_exponential_backoff": 2.0,
            "max_retry_delay": timedelta(minutes=30),
            "execution_timeout": timedelta(hours=2),
            "on_failure_callback": on_failure,
        },
        tags=["sav", "daily"],
        doc_md=doc,
        params=params | PARAMS,
    )
    def build():
        @task(task_id="days")
        def windows() -> list[dict]:
            """The windows of the run, from its data interval."""
            return [asdict(window) for window in windows_of(get_current_context(), ZONE, root)]

        @task
        def days(summary: dict) -> list[dict]:
            """The windows that were analysed."""
            return summary["days"]

        @task(map_index_template="{{ day }}")
        def publish(window: dict) -> dict:
            """The day's report, at a name that stays."""
            found = enter(get_current_context(), window)
            try:
                return publish_window(found)
            except Behind as behind:
                raise AirflowSkipException(str(behind)) from behind

        @task(outlets=[report])
        def announce(*, ti, outlet_events) -> list[dict]:
            """One event of the asset for the run, with each day whose bytes changed."""
            published = ti.xcom_pull(task_ids=["day.publish"])  # of each day
            changed = [day for day in published if day and day["changed"]]
            if not changed:
                raise AirflowSkipException("no published report has other bytes than before")
            outlet_events[report].extra = {"days": changed}
            return changed

        @task
        def clean(params: dict) -> list[str]:
            """Removes analyses that are not needed any more, of all days."""
            if params["keep_days"] is None:
                raise AirflowSkipException("keep_days is none: nothing is removed")
            removed = remove_superseded(Path(root), params["keep_days"])
            if not removed:
                raise AirflowSkipException("there is nothing to remove")
            return removed

        @task_group(group_id="day")
        def day(window: dict):
            published = publish(window)
            # The delivery ends by itself before the task's time is over, and says how far it came.
            tasks = [published, DeliverDay(task_id="deliver", window=window, conn_id=api, program=PROGRAM,
                                           arguments=["--deadline", "1h"])]
            if load:
                tasks.append(LoadDay(task_id="load", window=window, conn_id=load, program=PROGRAM))
            if analyze_day:
                analyze_day(window) >> tasks

        # As teardowns they come after days that failed too, and the run's state is still theirs.
        found = days(analyze().output) if analyze else windows()
        day.expand(window=found) >> [announce().as_teardown(), clean().as_teardown()]

    return build
