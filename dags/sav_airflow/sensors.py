"""The wait for the input: that it is there, and that nobody writes to it any more."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

from airflow.sdk import BaseSensorOperator, Context


def unsettled(names: Iterable[str], quiet: float, now: float | None = None) -> str:
    """Why the input cannot be read yet: a file that is not there, a folder without files, or one that was changed less
    than quiet seconds ago. Empty if it can.
    """
    now = time.time() if now is None else now
    for name in names:
        path = Path(name)
        if path.is_dir():
            found = [Path(folder, file) for folder, _, files in os.walk(path) for file in files]
            if not found:
                return f"{name} has no file"
        else:
            found = [path]
        for file in found:
            try:
                age = now - file.stat().st_mtime
            except FileNotFoundError:
                return f"{file} is not there"
            if age < quiet:
                return f"{file} was changed {max(age, 0):.0f} s ago"
    return ""


class WaitForInput(BaseSensorOperator):
    """Waits until the files of the param `input` are there, and none was changed for a while. With a database for input
    there is nothing to wait for. Between two looks it holds no worker.

    :param quiet: for how long no file may have been changed.
    """

    template_fields: Sequence[str] = ()

    def __init__(self, *, quiet: timedelta = timedelta(minutes=1), mode: str = "reschedule",
                 poke_interval: timedelta = timedelta(minutes=1), **kwargs):
        super().__init__(mode=mode, poke_interval=poke_interval, **kwargs)
        self.quiet = quiet

    def poke(self, context: Context) -> bool:
        if reason := unsettled(context["params"]["input"], self.quiet.total_seconds()):
            self.log.info("waiting: %s", reason)
        return not reason
