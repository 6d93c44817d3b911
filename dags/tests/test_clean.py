import json
import os

import pytest

from sav_airflow.clean import DAY, clean, superseded

NOW = 1_900_000_000
OLD, NEW = NOW - 31 * DAY, NOW - 29 * DAY


def as_of(n):
    return f"2026-03-{n:02}T00:00:00Z"


@pytest.fixture
def home(tmp_path):
    """A day with five analyses of that many reports, the third of them published."""
    home = tmp_path / "ds=2026-03-01"
    for n in range(2, 7):
        folder = home / f"as_of=202603{n:02}T000000Z"
        folder.mkdir(parents=True)
        (folder / "run.json").write_text(json.dumps({"as_of": as_of(n), "report_sha256": f"sha {n}"}))
        (folder / "rejects.csv").write_text("")
        age(folder, OLD)
    record(home, "published", 4)
    return home


def record(home, name, n, sha256=None, done=True):
    (home / f"{name}.json").write_text(json.dumps({"as_of": as_of(n), "report_sha256": sha256 or f"sha {n}",
                                                   "done": done}))


def age(folder, when):
    for path in (*folder.iterdir(), folder):
        os.utime(path, (when, when))


def left(home):
    return [int(path.name[12:14]) for path in sorted(home.glob("as_of=*"))]


def test_what_is_superseded_goes(home):
    removed = clean(home.parent, 30, NOW)
    assert removed == [f"{home}/as_of=2026030{n}T000000Z" for n in (2, 3)]
    assert left(home) == [4, 5, 6]
    assert clean(home.parent, 30, NOW) == []


def test_what_was_changed_lately_stays(home):
    os.utime(home / "as_of=20260302T000000Z" / "rejects.csv", (NEW, NEW))
    clean(home.parent, 30, NOW)
    assert left(home) == [2, 4, 5, 6]


@pytest.mark.parametrize("done", [True, False])
def test_the_one_delivered_last_stays(home, done):
    record(home, "delivered-a", 2, done=done)
    clean(home.parent, 30, NOW)
    assert left(home) == [2, 4, 5, 6]


def test_a_delivery_whose_bytes_did_not_change_since_stays(home):
    """The record is at the later as-of; the journal is where it was sent from."""
    (home / "as_of=20260302T000000Z" / "delivery").mkdir()
    age(home / "as_of=20260302T000000Z", OLD)
    record(home, "delivered-a", 4, "sha 2")
    clean(home.parent, 30, NOW)
    assert left(home) == [2, 4, 5, 6]


@pytest.mark.parametrize("name, text", [
    ("published", "{"), ("published", "[]"),
    ("published", json.dumps({"as_of": as_of(4), "report_sha256": "sha 4", "done": False})),
    ("delivered-a", "{"),
])
def test_where_a_record_says_nothing_all_stays(home, name, text):
    (home / f"{name}.json").write_text(text)
    assert superseded(home) == []
    clean(home.parent, 30, NOW)
    assert left(home) == [2, 3, 4, 5, 6]


def test_a_day_that_is_not_published_stays(home):
    (home / "published.json").unlink()
    assert clean(home.parent, 30, NOW) == []
    assert not (home / ".published.json.lock").exists()


def test_a_removal_that_was_cut_short_ends_later(home):
    (home / "as_of=20260302T000000Z" / "run.json").unlink()
    age(home / "as_of=20260302T000000Z", OLD)
    clean(home.parent, 30, NOW)
    assert left(home) == [4, 5, 6]
