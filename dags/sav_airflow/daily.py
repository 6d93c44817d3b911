"""The daily job, whatever analyses a day: a DAG of sav_daily.py and of sav_daily_spark.py.

Each run analyses the day of its data interval and the days before it, publishes their reports and
delivers them.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from airflow.sdk import Asset, BaseOperator, CronDataIntervalTimetable, Param, dag, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from sav_airflow.notify import on_failure
from sav_airflow.operators import DeliverDay
from sav_airflow.place import Behind, Taken, take_root
from sav_airflow.publish import publish as publish_window
from sav_airflow.windows import IntervalError, Window, interval, windows

# What belongs to the machines, not to a run. The zone is that of the timetable, of --tz and of ds=.
PROGRAM = os.environ.get("SAV_DAILY_PROGRAM", "sav")
ROOT = os.environ.get("SAV_DAILY_ROOT", "/var/lib/sav")
ZONE = os.environ.get("SAV_DAILY_TZ", "UTC")
INPUT = [path for path in os.environ.get("SAV_DAILY_INPUT", "").split(os.pathsep) if path]
RETRY_DELAY = float(os.environ.get("SAV_DAILY_RETRY_DELAY", 60))

LEVELS = ["all", "country", "merchant", "country_merchant", "merchant_client"]

PARAMS = {
    "url": Param(None, type=["null", "string"], pattern="^https?://[^/?#@]+([/?#]|$)", title="URL",
                 description="Where reports are delivered to, if not to the host of connection sav_api; "
                             "on the same server."),
    "levels": Param(LEVELS[:4], type="array", items={"type": "string", "enum": LEVELS}, minItems=1,
                    uniqueItems=True, examples=LEVELS, title="Levels", description="The parts of the report."),
    "max_reject_rate": Param(0.01, type="number", minimum=0, maximum=1, title="Reject rate",
                             description="The share of rows that may be rejected."),
    "trailing_days": Param(7, type="integer", minimum=0, maximum=366, title="Trailing days",
                           description="How many days before the interval's are analysed again."),
    "day": Param(None, type=["null", "string"], format="date", title="Day",
                 description="Of a run by hand: the day that it is of, as known at its end. "
                             "Trigger it without a logical date."),
    "replay": Param(False, type="boolean", title="Replay",
                    description="Send again what the API refused for good (76), after the cause is mended."),
    "tz": Param(ZONE, type="string", enum=[ZONE], title="Time zone",
                description="The zone that days are of: SAV_DAILY_TZ, where the DAG is read."),
}


def daily_dag(dag_id: str, doc: str, params: dict[str, Param], analyze: Callable[[dict], BaseOperator], *,
              root: str = ROOT, asset: str = "sav_report", api: str = "sav_api"):
    """What makes the DAG. analyze makes the task that analyses a window; params are those it asks for
    beyond PARAMS, and come first.

    Two DAGs need a root and an asset each, and may share the connection named api.
    """
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
        @task
        def days(params: dict) -> list[dict]:
            """The windows of the run, from its data interval."""
            context = get_current_context()
            try:
                found = windows(*interval(context, ZoneInfo(ZONE)), ZoneInfo(ZONE), params["trailing_days"], root)
                take_root(Path(root), {"dag": dag_id, "zone": ZONE})
            except (IntervalError, Taken) as error:
                raise AirflowFailException(str(error)) from error
            return [asdict(window) for window in found]

        @task(map_index_template="{{ day }}")
        def publish(window: dict) -> dict:
            """The day's report, at a name that stays."""
            get_current_context()["day"] = window["day"]
            try:
                return publish_window(Window(**window))
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

        @task_group(group_id="day")
        def day(window: dict):
            # The delivery ends by itself before the task's time is over, and says how far it came.
            deliver = DeliverDay(task_id="deliver", window=window, conn_id=api, program=PROGRAM,
                                 arguments=["--deadline", "1h"], map_index_template="{{ day }}")
            analyze(window) >> [publish(window), deliver]

        # As a teardown it comes after days that failed too, and the run's state is still theirs.
        day.expand(window=days()) >> announce().as_teardown()

    return build
