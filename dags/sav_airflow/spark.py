"""The task that runs sav on Spark."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from sav_airflow.copies import Copies
from sav_airflow.operators import end
from sav_airflow.stages import of_the_day
from sav_airflow.windows import Window, analysis, one_day


class AnalyzeDayOnSpark(SparkSubmitOperator):
    """Analyses a window, as "sav analyze" does, by spark-submit.

    In client mode, whatever the connection says: there the job's exit status, which is that of sav, becomes
    that of spark-submit, and the task ends as it asks for. The report is written on the worker that
    runs the task.

    :param window: a Window, as a dict.
    :param zone: the DAG's time zone.
    :param program: the name or path of sav, which goes to the executors: machines of the same kind.
    """

    template_fields: Sequence[str] = (*SparkSubmitOperator.template_fields, "window")

    def __init__(self, *, window: dict, zone: str, program: str = "sav",
                 map_index_template: str = "{{ task.window['day'] }}", **kwargs):
        super().__init__(deploy_mode="client", map_index_template=map_index_template, **kwargs)
        self.window = window
        self.zone = zone
        self.program = program

    def execute(self, context: Context) -> dict:
        window = Window(**self.window)
        context["day"] = window.day  # for map_index_template
        with of_the_day(window.day), Copies(window.folder) as copies:
            folder = os.path.join(copies.folder or "", copies.name(window.folder))
            summary = self.analyze(context, replace(window, folder=folder))
            copies.put(window.folder)
            return summary

    def analyze(self, context: Context, window: Window) -> dict:
        """Analyse a window into its folder, on this machine."""
        params = context["params"]
        program = shutil.which(self.program)
        if program is None:
            raise AirflowFailException(f"{window.day}: {self.program} cannot be run: there is no such program")
        self.files = ",".join(filter(None, [self.files, program]))
        messages = [f"--input={path}" for path in params["input"]] or [f"--table={params['table']}"]
        self.application_args = [
            *one_day(window), *analysis(self.zone, params), f"--sav={os.path.basename(program)}",
            f"--partitions={params['partitions']}", *messages, *(self.application_args or [])]
        try:
            super().execute(context)
        except AirflowException as error:
            # The provider tells the status in its message only; the process knows it.
            process = self._hook._submit_sp
            if process is None or not process.poll():
                raise
            said = re.findall(r"\bsav(?:_spark\.py)?: (.+)", str(error))
            return end(context, process.poll(), {"status": process.poll(), "error": said[-1]} if said else {},
                       ["spark-submit", self.application, *self.application_args])
        return json.loads((Path(window.folder) / "run.json").read_text())
