"""The package as somebody installs it: built as a wheel, found by Airflow."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from conftest import ROOT
from sav_airflow.connections import OPTIONS
from sav_airflow.daily import daily_dag
from sav_airflow.hooks import FIELDS
from sav_airflow.links import ReportLink
from sav_airflow.operators import DeliverDay, PublishDay


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The environment of a process that has the wheel, and nothing of dags/."""
    folder = tmp_path_factory.mktemp("package")
    subprocess.run([ROOT / "scripts" / "wheel.sh", folder], check=True)
    wheel, = folder.glob("*.whl")
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target",
                    folder / "site", wheel],
                   check=True)
    return os.environ | {"PYTHONPATH": str(folder / "site"), "AIRFLOW__CORE__DAGS_FOLDER": str(folder)}


def asked(installed, *arguments):
    done = subprocess.run(["airflow", *arguments, "--output", "json"], env=installed, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout[done.stdout.index("[{"):])


def test_airflow_finds_the_provider(installed):
    found = [p for p in asked(installed, "providers", "list") if p["package_name"] == "airflow-provider-sav"]
    assert len(found) == 1 and "How fast merchants answer" in found[0]["description"]


def test_airflow_finds_the_type_of_connection(installed):
    found = {hook["connection_type"]: hook for hook in asked(installed, "providers", "hooks")}
    assert found["sav_api"]["class"] == "sav_airflow.hooks.SavApiHook"


def test_a_dag_of_a_few_lines(installed, tmp_path):
    file = tmp_path / "shop.py"
    file.write_text('from sav_airflow.daily import daily_dag\n'
                    'daily_dag("shop", "A shop.", defaults={"input": ["/data/shop.csv"]})()\n')
    done = subprocess.run([sys.executable, "-B", "-c", f"""
import importlib.util, sav_airflow
spec = importlib.util.spec_from_file_location("shop", {str(file)!r})
spec.loader.exec_module(importlib.util.module_from_spec(spec))
print(sav_airflow.__file__)"""], env=installed, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(installed["PYTHONPATH"])


def test_the_form_has_each_option_of_a_delivery():
    assert set(FIELDS) == OPTIONS


def test_two_tenants_side_by_side():
    made = {}
    for name, zone in (("fr", "Europe/Paris"), ("pt", "Europe/Lisbon")):
        made[name] = daily_dag(
            f"sav_{name}", "", defaults={"input": [f"/data/{name}.csv"], "trailing_days": 3},
            root=f"/var/lib/sav-{name}", zone=zone,
            program=f"/opt/{name}/sav", asset=f"sav_report_{name}", api=f"sav_api_{name}", load=f"sav_load_{name}",
            pool=name,
            queue=name, priority=7, deadline=timedelta(minutes=10), timeout=timedelta(minutes=20), retries=9,
            retry_delay=timedelta(seconds=5), max_retry_delay=timedelta(hours=1))()
    for name, dag in made.items():
        analyze, deliver, load = (dag.get_task(task) for task in ("analyze", "day.deliver", "day.load"))
        assert (analyze.root, analyze.zone, str(dag.timetable.timezone)) == (f"/var/lib/sav-{name}", dag.params["tz"],
                                                                             dag.params["tz"])
        assert (deliver.conn_id, load.conn_id) == (f"sav_api_{name}", f"sav_load_{name}")
        assert deliver.arguments == ["--deadline", "600s"]
        assert {task.program for task in (analyze, deliver, load)} == {f"/opt/{name}/sav"}
        assert dag.params["input"] == [f"/data/{name}.csv"] and dag.params["trailing_days"] == 3
        for task in dag.tasks:
            assert (task.pool, task.queue, task.priority_weight, task.retries) == (name, name, 7, 9)
            assert (task.retry_delay, task.max_retry_delay) == (timedelta(seconds=5), timedelta(hours=1))
            assert task.execution_timeout == timedelta(minutes=20)
    assert len({dag.params["tz"] for dag in made.values()}) == 2


@pytest.mark.parametrize("arguments, said", [
    (dict(defaults={"imput": []}), "no param 'imput': there are input,"),
    (dict(defaults={"trailing_days": -1}), "-1 is less than the minimum"),
    (dict(deadline=timedelta(hours=2)), "deadline of a delivery, 2:00:00, is not before the timeout"),
])
def test_settings_that_cannot_be(arguments, said):
    with pytest.raises(Exception, match=said):
        daily_dag("sav_daily", "", **arguments)


@pytest.mark.parametrize("reports, empty, url", [
    ("https://reports.example.com/sav", False, "https://reports.example.com/sav/ds=2026-03-02/report.csv"),
    ("https://reports.example.com/sav/", False, "https://reports.example.com/sav/ds=2026-03-02/report.csv"),
    ("https://reports.example.com/sav", True, ""),
])
def test_the_link_to_a_report(reports, empty, url):
    window = {"day": "2026-03-02", "as_of": "2026-03-03T00:00:00Z",
              "folder": "/data/ds=2026-03-02/as_of=20260303T000000Z", "empty": empty}
    task = DeliverDay(task_id="d", window=window, conn_id="c", reports=reports)
    link, = task.operator_extra_links
    assert isinstance(link, ReportLink) and link.get_link(task, ti_key=None) == url


def test_no_link_without_a_web_server():
    assert not PublishDay(task_id="p", window={}).operator_extra_links
