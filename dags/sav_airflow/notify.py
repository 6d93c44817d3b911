"""Who is told of a failure."""

from __future__ import annotations

import logging

from airflow.sdk import Context

log = logging.getLogger(__name__)


def on_failure(context: Context) -> None:
    """Called once for a task that failed for good. Fill in how your people are told; until then
    the task's log says it.
    """
    ti = context["ti"]
    day = context.get("day", "")
    log.error("%s %s %s of %s failed: %s", ti.dag_id, ti.task_id, day, ti.run_id, context.get("exception"))
