"""### How fast merchants answered, day by day

Each run analyses the day of its data interval and the days before it (`trailing_days`), since a
conversation may be answered days after it was opened; all of them as of the interval's end, in one pass
over the messages. A day's
report is published at `<root>/ds=<day>/report.csv` and delivered to the API. Both only ever move to
a report of a greater as-of, whatever order runs come in.

Every task can be repeated: the same interval gives the same result, and a delivery goes on where it
was. The project's docs/airflow.md tells the rest.
"""

from __future__ import annotations

from airflow.sdk import Param

from sav_airflow.daily import DURATION, INPUT, PROGRAM, ROOT, ZONE, daily_dag
from sav_airflow.operators import AnalyzeDays

sav_daily = daily_dag(
    "sav_daily", __doc__,
    {
        "input": Param(INPUT, type="array", items={"type": "string"}, title="Input",
                       description="Files of messages. With none, the connection is read."),
        "connection": Param("sav_db", type="string", title="Connection",
                            description="The database that messages are read from, if there is no input."),
        "max_lag": Param(None, type=["null", "string"], pattern=DURATION, title="Lag",
                         description="How long before the end of the day the latest message may be, such as 6h; with "
                                     "one that is earlier the input is taken for incomplete."),
        "min_conversations": Param(0, type="integer", minimum=0, title="Conversations",
                                   description="How many there must be in all the days together."),
        "pairs": Param(False, type="boolean", title="Pairs",
                       description="Write pairs.csv too, a row a conversation, and load it where reports are loaded."),
    },
    lambda: AnalyzeDays(task_id="analyze", root=ROOT, zone=ZONE, program=PROGRAM))

sav_daily()
