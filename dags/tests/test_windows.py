from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from conftest import MESSAGES
from sav_airflow.windows import IntervalError, day_of, first_instant, interval, one_day, one_pass, windows

PARIS = ZoneInfo("Europe/Paris")
UTC = ZoneInfo("UTC")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def test_the_interval_and_the_days_before_it():
    found = windows(utc("2026-03-04"), utc("2026-03-05"), UTC, 2, "/data")
    assert [(w.day, w.as_of, w.folder) for w in found] == [
        ("2026-03-04", "2026-03-05T00:00:00Z", "/data/ds=2026-03-04/as_of=20260305T000000Z"),
        ("2026-03-03", "2026-03-05T00:00:00Z", "/data/ds=2026-03-03/as_of=20260305T000000Z"),
        ("2026-03-02", "2026-03-05T00:00:00Z", "/data/ds=2026-03-02/as_of=20260305T000000Z"),
    ]
    assert str(found[0].home) == "/data/ds=2026-03-04"


def test_no_trailing_days():
    assert len(windows(utc("2026-03-04"), utc("2026-03-05"), UTC, 0, "/data")) == 1


@pytest.mark.parametrize("day, start, end, hours", [
    ("2026-03-28", "2026-03-27T23:00", "2026-03-28T23:00", 24),
    ("2026-03-29", "2026-03-28T23:00", "2026-03-29T22:00", 23),
    ("2026-03-30", "2026-03-29T22:00", "2026-03-30T22:00", 24),
    ("2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00", 25),
    ("2026-10-26", "2026-10-25T23:00", "2026-10-26T23:00", 24),
])
def test_days_of_paris(day, start, end, hours):
    start, end = utc(start), utc(end)
    assert end - start == timedelta(hours=hours)
    found = windows(start, end, PARIS, 7, "/data")
    assert found[0].day == day
    assert [w.day for w in found] == [str(date.fromisoformat(day) - timedelta(days=n)) for n in range(8)]
    assert {w.as_of for w in found} == {end.strftime("%Y-%m-%dT%H:%M:%SZ")}


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris", "America/Santiago", "Africa/Cairo", "Pacific/Auckland"])
def test_every_interval_of_the_timetable_is_a_day(zone):
    """Santiago and Cairo skip a midnight a year; there the timetable must still mean what we mean."""
    from airflow.timetables.base import TimeRestriction
    from airflow.timetables.interval import CronDataIntervalTimetable
    import pendulum
    timetable = CronDataIntervalTimetable("@daily", pendulum.timezone(zone))
    begin = first_instant(date(2025, 1, 1), ZoneInfo(zone))
    restriction = TimeRestriction(pendulum.instance(begin), None, catchup=True)
    last = None
    for n in range(2 * 365):
        last = timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction).data_interval
        assert day_of(last.start, last.end, ZoneInfo(zone)) == date(2025, 1, 1) + timedelta(days=n)


@pytest.mark.parametrize("zone, day", [
    ("UTC", "2026-03-02"), ("Europe/Paris", "2026-03-29"), ("Europe/Paris", "2026-03-30"),
    ("America/Santiago", "2026-04-05"), ("Africa/Cairo", "2026-04-24"), ("Africa/Cairo", "2026-04-23"),
])
def test_a_day_is_what_sav_takes_for_it(sav, tmp_path, zone, day):
    status, summary = sav("analyze", "--input", MESSAGES, "--date", day, "--tz", zone, "--out", tmp_path)
    assert status == 0
    begin, end = (first_instant(date.fromisoformat(day) + timedelta(days=n), ZoneInfo(zone)) for n in (0, 1))
    assert summary["window"] == {"from": f"{begin:%Y-%m-%dT%H:%M:%SZ}", "to": f"{end:%Y-%m-%dT%H:%M:%SZ}"}


@pytest.mark.parametrize("name, start, end, zone, says", [
    ("no interval", None, None, UTC, "no data interval"),
    ("half an interval", utc("2026-03-04"), None, UTC, "no data interval"),
    ("a moment", utc("2026-03-04"), utc("2026-03-04"), UTC, "empty"),
    ("backwards", utc("2026-03-05"), utc("2026-03-04"), UTC, "empty"),
    ("an hour", utc("2026-03-04"), utc("2026-03-04T01:00"), UTC, "not one day"),
    ("two days", utc("2026-03-04"), utc("2026-03-06"), UTC, "not one day"),
    ("a day of another zone", utc("2026-03-04"), utc("2026-03-05"), PARIS, "not one day"),
    ("24 hours of a day that has 23", utc("2026-03-28T23:00"), utc("2026-03-29T23:00"), PARIS, "not one day"),
])
def test_not_one_day(name, start, end, zone, says):
    with pytest.raises(IntervalError, match=says):
        windows(start, end, zone, 7, "/data")


class Run:
    def __init__(self, run_type):
        self.run_type = run_type


def context(run_type="manual", logical=None, start=None, end=None):
    return {"dag_run": Run(run_type), "logical_date": logical,
            "data_interval_start": start, "data_interval_end": end}


@pytest.mark.parametrize("zone, day, start, end", [
    (UTC, "2026-03-04", utc("2026-03-04"), utc("2026-03-05")),
    (PARIS, "2026-03-29", utc("2026-03-28T23:00"), utc("2026-03-29T22:00")),
])
def test_a_day_that_is_asked_for(zone, day, start, end):
    assert interval(context(), zone, day) == (start, end)


def test_the_interval_of_the_timetable():
    start, end = utc("2026-03-04"), utc("2026-03-05")
    for got in (context("scheduled", logical=start, start=start, end=end),
                context("backfill", logical=start, start=start, end=end),
                context("manual", logical=utc("2026-03-05T07:00"), start=start, end=end)):
        assert interval(got, UTC, None) == (start, end)
    assert interval(context(), UTC, None) == (None, None)


@pytest.mark.parametrize("zone, logical", [(UTC, utc("2026-03-05")), (PARIS, utc("2026-03-28T23:00")),
                                           (PARIS, utc("2026-03-29T22:00"))])
def test_a_run_by_hand_in_the_place_of_a_scheduled_one(zone, logical):
    with pytest.raises(IntervalError, match="delete this run"):
        interval(context(logical=logical, start=logical - timedelta(days=1), end=logical), zone, None)


@pytest.mark.parametrize("zone, start, end", [
    (UTC, "2026-03-04", "2026-03-05"),
    (PARIS, "2026-03-29T22:00", "2026-03-30T22:00"),  # the day before has 23 hours
])
def test_one_pass_has_the_bytes_of_an_analysis_a_day(sav, tmp_path, zone, start, end):
    found = windows(utc(start), utc(end), zone, 4, tmp_path / "pass")
    options = ["--input", MESSAGES, "--tz", zone.key, "--on-empty", "skip"]
    status, summary = sav("analyze", *one_pass(found, zone), *options)
    assert status == 0
    for window, alone in zip(found, windows(utc(start), utc(end), zone, 4, tmp_path / "alone")):
        status, _ = sav("analyze", *one_day(alone), *options)
        assert (status == 0) == (window.day in summary["files"])
        for name in ("report.csv", "detail.json", "rejects.csv") * (status == 0):
            assert Path(window.folder, name).read_bytes() == Path(alone.folder, name).read_bytes(), (window.day, name)
    assert len(summary["files"]) > 3
