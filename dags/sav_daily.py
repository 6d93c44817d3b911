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

from sav_airflow.daily import daily_dag

sav_daily = daily_dag("sav_daily", __doc__)

sav_daily()
