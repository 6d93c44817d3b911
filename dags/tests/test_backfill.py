"""A backfill of 30 days gives the same bytes as 30 daily runs, in whatever order it goes.

Here the days run through the rules and the program, without a scheduler; test_scheduler.py has one.
"""

import csv
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest

from conftest import MESSAGES
from sav_airflow.place import Behind
from sav_airflow.publish import publish
from sav_airflow.windows import one_pass, windows
from zoneinfo import ZoneInfo

FIRST = datetime(2026, 3, 2, tzinfo=timezone.utc)
DAYS, TRAILING = 30, 7


def run(sav, number, messages, root):
    """What the DAG does on one day."""
    start = FIRST + timedelta(days=number)
    found = windows(start, start + timedelta(days=1), ZoneInfo("UTC"), TRAILING, root)
    status, summary = sav("analyze", "--input", messages, *one_pass(found, ZoneInfo("UTC")), "--on-empty", "skip")
    assert status == 0, summary
    for window in found:
        if window.day in summary["files"]:
            try:
                publish(window)
            except Behind:
                pass


def published(root):
    return {path.parent.name: path.read_bytes() for path in sorted(root.glob("ds=*/report.csv"))}


@pytest.fixture(scope="module")
def growing(tmp_path_factory):
    """The messages as each daily run finds them: those that were sent by the end of its day."""
    folder = tmp_path_factory.mktemp("growing")
    with open(MESSAGES, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    sent = header.index("created_at")

    def as_of(number):
        end = f"{FIRST + timedelta(days=number + 1):%Y-%m-%d}"
        path = folder / f"{number}.csv"
        with open(path, "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *(row for row in rows if row[sent] < end)])
        return path
    return as_of


def test_a_backfill_gives_the_bytes_of_daily_runs(sav, growing, tmp_path):
    for number in range(DAYS):
        run(sav, number, growing(number), tmp_path / "daily")
    daily = published(tmp_path / "daily")
    # The first run's trailing days reach back beyond the first message.
    assert list(daily) == [f"ds={FIRST + timedelta(days=n):%Y-%m-%d}" for n in range(-1, DAYS)]

    # Backwards, but for every third day, and four at a time.
    numbers = sorted(range(DAYS), key=lambda n: (n % 3 == 0, -n))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: run(sav, number, MESSAGES, tmp_path / "backfill"), numbers))
    assert published(tmp_path / "backfill") == daily


def test_late_answers_are_found(sav, tmp_path):
    """Without trailing days a day would stay as it was at its end."""
    start = FIRST + timedelta(days=3)
    (early,) = windows(start, start + timedelta(days=1), ZoneInfo("UTC"), 0, tmp_path)
    late = windows(start + timedelta(days=7), start + timedelta(days=8), ZoneInfo("UTC"), 7, tmp_path)[-1]
    assert early.day == late.day
    answered = []
    for window in (early, late):
        _, summary = sav("analyze", "--input", MESSAGES, "--date", window.day, "--as-of", window.as_of, "--out",
                         window.folder)
        answered.append((summary["conversations"], summary["answered"]))
    assert answered[0][0] == answered[1][0]
    assert answered[0][1] < answered[1][1]
