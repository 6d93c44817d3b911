"""The wait for the input: that it is there, and that nobody writes to it any more."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from airflow.sdk import BaseSensorOperator, Context
from airflow.sdk.exceptions import AirflowSensorTimeout

from sav_airflow.params import settings_of
from sav_airflow.stages import input_of, of_the_day
from sav_airflow.store import files, where
from sav_airflow.windows import interval, windows


def unsettled(names: Iterable[str], quiet: float, now: float | None = None) -> str:
    """Why the input cannot be read yet: a file that is not there, a folder without files, or one that was changed less
    than quiet seconds ago. Empty if it can.
    """
    now = time.time() if now is None else now
    for name in names:
        try:
            found = files(where(name))
        except FileNotFoundError:
            return f"{name} is not there"
        if not found:
            return f"{name} has no file"
        for file, changed in found.items():
            if now - changed < quiet:
                return f"{file} was changed {max(now - changed, 0):.0f} s ago"
    return ""


class WaitForInput(BaseSensorOperator):
    """Waits until the files of the param `input` are there, and none was changed for a while. With a database for input
    there is nothing to wait for. Between two looks it holds no worker.

    :param quiet: for how long no file may have been changed.
    :param zone: the zone that days are of: that of the DAG's timetable.
    :param storage: the connection of the addresses that name none.
    """

    template_fields: Sequence[str] = ("storage",)

    def __init__(self, *, quiet: timedelta = timedelta(minutes=1), zone: str = "UTC", storage: str | None = None,
                 mode: str = "reschedule", poke_interval: timedelta = timedelta(minutes=1), **kwargs):
        super().__init__(mode=mode, poke_interval=poke_interval, **kwargs)
        self.quiet = quiet
        self.zone = zone
        self.storage = storage
        self.reason = ""  # why the input cannot be read yet

    def execute(self, context: Context) -> object:
        """Waits, as any sensor does. The error of a wait that was too long says what was waited for."""
        try:
            return super().execute(context)
        except AirflowSensorTimeout as late:
            raise AirflowSensorTimeout(f"the input cannot be read: {self.reason}. {late}") from late

    def poke(self, context: Context) -> bool:
        settings, zone = settings_of(context, {}), ZoneInfo(self.zone)
        if not settings["input"]:
            return True
        with of_the_day(""):
            start, end = interval(context, zone, settings.get("day"))
            found = windows(start, end, zone, settings["trailing_days"], "")
            self.reason = unsettled(input_of(found, settings, self.storage), self.quiet.total_seconds())
        if self.reason:
            self.log.info("waiting: %s", self.reason)
        return not self.reason
