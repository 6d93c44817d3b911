"""Which days a run is about, and where their results go.

A run has the data interval of one day. It analyses that day and the days before it, of which some
conversations may have been answered since; all of them as of the interval's end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo


class IntervalError(ValueError):
    """The data interval is not one day."""


@dataclass(frozen=True)
class Window:
    """A day as a run sees it. Its fields are texts, so that it passes between tasks as it is."""

    day: str  # YYYY-MM-DD, in the zone of the DAG
    as_of: str  # RFC 3339, UTC
    folder: str  # <root>/ds=<day>/as_of=<as_of>

    @property
    def home(self) -> Path:
        """The day's folder, <root>/ds=<day>: what does not depend on as_of."""
        return Path(self.folder).parent


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins, in UTC. Where midnight is skipped, that is the moment of the change."""
    return datetime.combine(day, time.min, zone).astimezone(timezone.utc)


def day_of(start: datetime | None, end: datetime | None, zone: ZoneInfo) -> date:
    """The day that [start, end) is, in zone; any other interval is an IntervalError."""
    if start is None or end is None:
        raise IntervalError(
            "the run has no data interval: trigger it with a logical date, or create a backfill")
    if start >= end:
        raise IntervalError(
            f"the data interval from {start} to {end} is empty: the schedule must have intervals, "
            "as CronDataIntervalTimetable has")
    day = start.astimezone(zone).date()
    if start != first_instant(day, zone) or end != first_instant(day + timedelta(days=1), zone):
        raise IntervalError(
            f"the data interval from {start} to {end} is not one day in {zone}: the timetable, "
            "and every machine that reads the DAG, must have the same zone")
    return day


def windows(start: datetime | None, end: datetime | None, zone: ZoneInfo, trailing: int,
            root: str | Path) -> list[Window]:
    """The day of the interval [start, end) and the trailing days before it, latest first."""
    last = day_of(start, end, zone)
    as_of = end.astimezone(timezone.utc)
    return [
        Window(day=str(day), as_of=as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
               folder=f"{root}/ds={day}/as_of={as_of.strftime('%Y%m%dT%H%M%SZ')}")
        for day in (last - timedelta(days=n) for n in range(trailing + 1))
    ]


def analysis(window: Window, zone: str, params: Mapping) -> list[str]:
    """The options by which a window is analysed, but for what the messages are read from."""
    return ["--date", window.day, "--tz", zone, "--as-of", window.as_of,
            "--levels", ",".join(params["levels"]), "--max-reject-rate", str(params["max_reject_rate"]),
            "--on-empty", "skip", "--out", window.folder]
