"""### How fast merchants answered, day by day, analysed on Spark

The same as sav_daily, for more messages than one machine takes: the day of the data interval and the days
before it (`trailing_days`) are analysed by spark-submit, on the cluster of connection `sav_spark`. Their reports,
of the same bytes, are published and delivered in the same way.

The project's docs/scale.md tells what the cluster needs, docs/airflow.md the rest.
"""

from __future__ import annotations

import os

from airflow.sdk import Param

from sav_airflow.daily import PROGRAM, ROOT, ZONE, daily_dag
from sav_airflow.params import INPUT
from sav_airflow.spark import AnalyzeDayOnSpark

# The job, as a path that spark-submit can open: spark/sav_spark.py of the project.
JOB = os.environ.get("SAV_DAILY_SPARK_JOB", "/opt/sav/spark/sav_spark.py")

sav_daily_spark = daily_dag(
    "sav_daily_spark", __doc__,
    {
        "input": Param(INPUT, type="array", items={"type": "string"}, title="Input",
                       description="Files of messages, by names that every executor can open. With none, the table is "
                                   "read."),
        "table": Param("messages", type="string", minLength=1, title="Table",
                       description="The table that Spark knows, if there is no input."),
        "partitions": Param(64, type="integer", minimum=1, maximum=1 << 20, title="Partitions",
                            description="How many parts the messages are spread over: some million messages each."),
    },
    analyze_day=lambda window: AnalyzeDayOnSpark(task_id="analyze", window=window, zone=ZONE, program=PROGRAM,
                                                 application=JOB,
                                                 conn_id="sav_spark"),
    root=os.path.join(ROOT, "spark"), asset="sav_report_spark")

sav_daily_spark()
