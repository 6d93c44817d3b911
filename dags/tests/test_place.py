import json
import multiprocessing
import subprocess
import sys
from itertools import permutations

import pytest

from sav_airflow.place import Behind, Held, Place, Taken, take_root


def move(record, as_of, sha256):
    with Place(record) as place:
        place.begin(as_of, sha256)
        place.end(as_of, sha256)


def read(record):
    return json.loads(record.read_text())


def test_it_ends_at_the_greatest_in_every_order(tmp_path):
    for n, order in enumerate(permutations("1234")):
        record = tmp_path / str(n) / "record.json"
        reached = ""
        for as_of in order:
            if as_of < reached:
                with pytest.raises(Behind):
                    move(record, as_of, "sha " + as_of)
            else:
                move(record, as_of, "sha " + as_of)
                reached = as_of
            assert read(record) == {"as_of": reached, "report_sha256": "sha " + reached, "done": True}


def _move(arguments):
    try:
        move(*arguments)
    except Behind:
        return "behind"
    return "moved"


def test_it_ends_at_the_greatest_side_by_side(tmp_path):
    record = tmp_path / "record.json"
    numbers = [f"{n:02}" for n in range(24)]
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        came = pool.map(_move, [(record, n, "sha " + n) for n in numbers], chunksize=1)
    assert read(record) == {"as_of": "23", "report_sha256": "sha 23", "done": True}
    assert came[-1] == "moved"


def test_the_same_as_of_again(tmp_path):
    record = tmp_path / "record.json"
    move(record, "2", "old")
    move(record, "2", "new")
    assert read(record)["report_sha256"] == "new"


def test_has(tmp_path):
    with Place(tmp_path / "record.json") as place:
        assert not place.has("2", "sha")
        place.begin("2", "sha")
        assert not place.has("2", "sha"), "begun is not done"
        place.end("2", "sha")
        assert place.has("2", "sha")
        assert place.has("3", "sha")
        assert not place.has("3", "other")
        with pytest.raises(Behind):
            place.has("1", "sha")


def test_begun_holds_the_place(tmp_path):
    """What died half-way may have moved the place already."""
    record = tmp_path / "record.json"
    with Place(record) as place:
        place.begin("2", "sha")
    with pytest.raises(Behind):
        move(record, "1", "sha 1")
    move(record, "2", "sha")
    assert read(record)["done"]


def test_the_end_does_not_go_back(tmp_path):
    """As on a file system that does not honour locks."""
    record = tmp_path / "record.json"
    with Place(record) as place:
        place.begin("2", "sha 2")
        record.write_text(json.dumps({"as_of": "3", "report_sha256": "sha 3", "done": True}))
        with pytest.raises(Behind):
            place.end("2", "sha 2")
    assert read(record)["as_of"] == "3"


def test_a_held_place(tmp_path):
    record = tmp_path / "record.json"
    with Place(record):
        with pytest.raises(Held), Place(record, wait=0):
            pytest.fail("it was held")
    with Place(record, wait=0):
        pass


def test_a_dead_process_holds_nothing(tmp_path):
    record = tmp_path / "record.json"
    program = ("import os, pathlib, sys; from sav_airflow.place import Place\n"
               "Place(pathlib.Path(sys.argv[1])).__enter__().begin('2', 'sha'); os._exit(9)")
    done = subprocess.run([sys.executable, "-c", program, str(record)], env={"PYTHONPATH": ":".join(sys.path)})
    assert done.returncode == 9
    with Place(record, wait=0) as place:
        assert not place.has("2", "sha")


def test_nothing_half_written_is_left(tmp_path):
    move(tmp_path / "record.json", "1", "sha")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".record.json.lock", "record.json"]


@pytest.mark.parametrize("text", ["", "{", '{"as_of": "2"', "[]", "{}",
                                  '{"as_of": 2, "report_sha256": "sha", "done": true}', "\x00" * 40])
def test_a_damaged_record_is_that_of_the_greatest_analysis(tmp_path, text):
    """Whoever analysed last may take the place again; nobody goes back, and no task fails for ever."""
    record = tmp_path / "record.json"
    for as_of in "123":
        folder = tmp_path / f"as_of={as_of}"
        folder.mkdir()
        (folder / "run.json").write_text(json.dumps({"as_of": as_of}))
    (tmp_path / "as_of=3" / "run.json").write_text("damaged too")
    record.write_text(text)
    with pytest.raises(Behind):
        move(record, "1", "sha 1")
    assert record.read_text() == text
    move(record, "2", "sha 2")
    assert read(record) == {"as_of": "2", "report_sha256": "sha 2", "done": True}


def test_a_root_has_one_owner(tmp_path):
    """Days of two zones, and reports of two DAGs, would take each other's places."""
    root = tmp_path / "root"
    mine = {"dag": "sav_daily", "zone": "UTC"}
    take_root(root, mine)
    take_root(root, mine)
    for other in ({"dag": "sav_daily", "zone": "Europe/Paris"}, {"dag": "sav_daily_spark", "zone": "UTC"}):
        with pytest.raises(Taken, match="root of its own"):
            take_root(root, other)
        take_root(tmp_path / "another" / other["zone"] / other["dag"], other)
    (root / ".owner.json").write_text("{")
    with pytest.raises(Taken, match="cannot be read"):
        take_root(root, mine)
