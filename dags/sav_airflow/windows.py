"""Which days a run is about, and where their results go.

A run has the data interval of one day. It analyses that day and the days before it, of which some
conversations may have been answered since; all of them as of the interval's end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from sav_airflow.store import Where, where

TIME = "%Y-%m-%dT%H:%M:%SZ"  # RFC 3339, of a time in UTC


class IntervalError(ValueError):
    """The data interval is not one day."""


@dataclass(frozen=True)
class Window:
    """A day as a run sees it. Its fields are texts, so that it passes between tasks as it is."""

    day: str  # YYYY-MM-DD, in the zone of the DAG
    as_of: str  # RFC 3339, UTC
    folder: str  # <root>/ds=<day>/as_of=<as_of>
    empty: bool = False  # the analysis found no conversation: there is no folder

    @property
    def home(self) -> Where:
        """The day's folder, <root>/ds=<day>: what does not depend on as_of."""
        return where(self.folder).parent


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins, in UTC. Where midnight is skipped, that is the moment of the change."""
    return datetime.combine(day, time.min, zone).astimezone(timezone.utc)


def day_of(start: datetime | None, end: datetime | None, zone: ZoneInfo) -> date:
    """The day that [start, end) is, in zone; any other interval is an IntervalError."""
    if start is None or end is None:
        raise IntervalError(
            "the run has no data interval: trigger it with the param day, or create a backfill")
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


def interval(context: Mapping, zone: ZoneInfo, day: str | None) -> tuple[datetime | None, datetime | None]:
    """The data interval of a run: that of day if it is given, or the one that the timetable gave it.

    A run by hand whose logical date is the first instant of a day has taken the place of the scheduled
    run of that day, which will never be made: an IntervalError.
    """
    if day:
        asked = date.fromisoformat(day)
        return first_instant(asked, zone), first_instant(asked + timedelta(days=1), zone)
    run, logical = context["dag_run"], context.get("logical_date")
    if run.run_type == "manual" and logical is not None:
        taken = logical.astimezone(zone).date()
        if logical == first_instant(taken, zone):
            raise IntervalError(
                f"the logical date {logical} is that of the scheduled run of {taken}, which Airflow will not make "
                "beside this one: delete this run, and trigger without a logical date, with the param day")
    return context.get("data_interval_start"), context.get("data_interval_end")


def windows(start: datetime | None, end: datetime | None, zone: ZoneInfo, trailing: int,
            root: str | Path) -> list[Window]:
    """The day of the interval [start, end) and the trailing days before it, latest first."""
    last = day_of(start, end, zone)
    as_of = end.astimezone(timezone.utc)
    return [
        Window(day=str(day), as_of=as_of.strftime(TIME),
               folder=f"{root}/ds={day}/as_of={as_of.strftime('%Y%m%dT%H%M%SZ')}")
        for day in (last - timedelta(days=n) for n in range(trailing + 1))
    ]


def analysis(zone: str, params: Mapping) -> list[str]:
    """The options by which any window is analysed, but for the window and what the messages are read from."""
    options = ["--tz", zone, "--levels", ",".join(params["levels"]), "--max-reject-rate",
               str(params["max_reject_rate"]),
               "--on-empty", "skip"]
    for name in ("policy", "new_after", "max_lag", "min_conversations"):
        if params.get(name):
            options += [f"--{name.replace('_', '-')}", str(params[name])]
    if params.get("within"):
        options += ["--within", ",".join(params["within"])]
    return options


def one_day(window: Window) -> list[str]:
    """The options of an analysis of one window."""
    return ["--date", window.day, "--as-of", window.as_of, "--out", window.folder]


def one_pass(found: list[Window], zone: ZoneInfo, name: Callable[[str], str] = str) -> list[str]:
    """The options of one analysis of all windows of a run: each has the folder, and the bytes, that one_day gives
    it. `name` is what a program calls a folder."""
    latest, first = found[0], first_instant(date.fromisoformat(found[-1].day), zone)
    return ["--every", "day", "--from", first.strftime(TIME), "--to", latest.as_of, "--as-of", latest.as_of,
            "--out", name(by_period(latest))]


def by_period(window: Window) -> str:
    """The folder of a window, with the mark that sav replaces by each day."""
    return str(window.home.parent / "ds={period}" / where(window.folder).name)
