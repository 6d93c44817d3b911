import json
from itertools import permutations
from pathlib import Path

import pytest

from conftest import MESSAGES
from sav_airflow.place import Behind, Place
from sav_airflow.publish import publish
from sav_airflow.windows import Window

DAY = "2026-03-02"


@pytest.fixture
def analysed(sav, tmp_path):
    """Windows of one day as of three later moments, analysed; their reports differ."""
    made = []
    for as_of in ("2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z", "2026-03-06T00:00:00Z"):
        folder = tmp_path / f"ds={DAY}" / f"as_of={as_of}"
        status, _ = sav("analyze", "--input", MESSAGES, "--date", DAY, "--as-of", as_of, "--out", folder)
        assert status == 0
        made.append(Window(DAY, as_of, str(folder)))
    assert len({report(window) for window in made}) == len(made)
    return made


def report(window):
    return (Path(window.folder) / "report.csv").read_bytes()


def test_the_latest_stays_in_every_order(analysed):
    home = analysed[0].home
    for order in permutations(analysed):
        for name in ("report.csv", "published.json"):
            (home / name).unlink(missing_ok=True)
        latest = order[0]
        for window in order:
            if window.as_of < latest.as_of:
                with pytest.raises(Behind):
                    publish(window)
            else:
                assert publish(window)["as_of"] == window.as_of
                latest = window
            assert (home / "report.csv").read_bytes() == report(latest)
        assert latest is analysed[-1]


def test_again_is_the_same(analysed):
    first = publish(analysed[1])
    assert first["changed"]
    assert publish(analysed[1]) == first | {"changed": False}
    (analysed[1].home / "report.csv").unlink()
    assert publish(analysed[1]) == first
    assert (analysed[1].home / "report.csv").read_bytes() == report(analysed[1])


def test_a_report_that_is_not_the_one_named(analysed):
    publish(analysed[0])
    with open(Path(analysed[1].folder) / "report.csv", "ab") as file:
        file.write(b"more\n")
    with pytest.raises(ValueError, match="not the report"):
        publish(analysed[1])
    assert (analysed[0].home / "report.csv").read_bytes() == report(analysed[0])


def test_what_is_published(analysed):
    """The report and which one it is: nothing that holds messages."""
    said = publish(analysed[2])
    home = analysed[2].home
    assert {p.name for p in home.iterdir() if p.is_file()} == {"report.csv", "published.json", ".published.json.lock"}
    record = json.loads((home / "published.json").read_text())
    assert record == {"as_of": said["as_of"], "report_sha256": said["report_sha256"], "done": True}
    assert (home / "report.csv").stat().st_mode & 0o777 == 0o644


def test_what_was_begun_and_not_ended_has_changed(analysed):
    """A process that died after it wrote the bytes has told nobody."""
    window = analysed[1]
    said = publish(window)
    with Place(window.home / "published.json") as place:
        place.begin(window.as_of, said["report_sha256"])
    assert publish(window)["changed"]
    assert not publish(window)["changed"]
