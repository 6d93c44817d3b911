import os
import time
from datetime import timedelta

import pytest
from airflow.sdk.exceptions import AirflowSensorTimeout

from sav_airflow.daily import daily_dag
from sav_airflow.sensors import WaitForInput, unsettled

NOW = 1_900_000_000


@pytest.fixture
def file(tmp_path):
    """Makes a file that was changed some seconds ago."""
    def make(name, ago):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
        os.utime(path, (NOW - ago, NOW - ago))
        return str(path)
    return make


def test_what_is_waited_for(file, tmp_path):
    old, new, missing = file("old.csv", 61), file("new.csv", 59), str(tmp_path / "missing.csv")
    in_folder, empty = tmp_path / "folder", tmp_path / "empty"
    file("folder/deep/a.csv", 70)
    empty.mkdir()
    for names, said in (([], ""), ([old], ""), ([old, new], f"{new} was changed 59 s ago"),
                        ([missing], f"{missing} is not there"),
                        ([str(in_folder)], ""), ([str(empty)], f"{empty} has no file")):
        assert unsettled(names, 60, NOW) == said, names
    young = file("folder/b.csv", 1)
    assert unsettled([str(in_folder)], 60, NOW) == f"{young} was changed 1 s ago"
    assert unsettled([file("of-tomorrow.csv", -86400)], 60, NOW).endswith("was changed 0 s ago")


def test_the_sensor(file):
    old = file("old.csv", NOW - time.time() + 3600)  # an hour ago by the clock, which the sensor goes by
    task = WaitForInput(task_id="wait")
    assert task.mode == "reschedule", "it holds no worker"
    day = {"day": "2026-03-02"}  # the one that a run is of
    assert task.poke({"params": day | {"input": [old]}})
    assert task.poke({"params": {"input": []}})
    assert not task.poke({"params": day | {"input": [old + ".gz"]}})


def test_a_wait_that_was_too_long_says_for_what(tmp_path):
    task = WaitForInput(task_id="wait", mode="poke", timeout=0, poke_interval=timedelta(milliseconds=1))
    with pytest.raises(AirflowSensorTimeout, match=f"the input cannot be read: {tmp_path}/missing.csv is not there. "):
        task.execute({"params": {"day": "2026-03-02", "input": [f"{tmp_path}/missing.csv"]}})


def test_a_dag_that_waits():
    dag = daily_dag("sav_daily", "", wait=timedelta(hours=6))()
    wait = dag.get_task("wait")
    assert wait.downstream_task_ids == {"analyze"} and wait.timeout == 6 * 60 * 60
    assert wait.execution_timeout is None or wait.execution_timeout >= timedelta(hours=6), "it would end the wait"
    assert "wait" not in daily_dag("sav_daily", "")().task_ids
