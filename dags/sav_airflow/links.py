"""The link from a task to its report."""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseOperatorLink

from sav_airflow.windows import Window


class ReportLink(BaseOperatorLink):
    """To the report of the task's day, or of the latest of its days, where a web server has it."""

    name = "Report"

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """The URL of the report; empty if there is none."""
        try:
            window = Window(**operator.window)
        except TypeError:  # of a task that did not come to a report
            return ""
        return "" if window.empty else f"{operator.reports.rstrip('/')}/{window.home.name}/report.csv"
