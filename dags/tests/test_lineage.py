"""What OpenLineage is told: the names of datasets, and the events of its own provider."""

import json
import os
import subprocess

import pytest
from openlineage.client.naming.dataset import GCS, S3, LocalFileSystem, MySQL, Postgres

from conftest import MESSAGES, SAV, TOKEN
from sav_airflow import lineage


@pytest.mark.parametrize("name, naming", [
    ("/data/a.csv", LocalFileSystem("/data/a.csv")),
    ("file:///data/a.csv", LocalFileSystem("/data/a.csv")),
    ("s3://bucket/2026/a.csv", S3("bucket", "2026/a.csv")),
    ("gs://bucket/a.csv", GCS("bucket", "a.csv")),
])
def test_files_have_the_names_of_openlineage(name, naming):
    assert lineage.file(name) == (naming.get_namespace(), naming.get_name())


@pytest.mark.parametrize("dsn, table, naming", [
    ("mysql://me@db.example.com/shop", "messages", MySQL("db.example.com", "3306", "shop", "messages")),
    ("mariadb://me@db.example.com:3307/shop", "other.messages", MySQL("db.example.com", "3307", "other", "messages")),
    ("postgres://me@db.example.com/shop", "messages", Postgres("db.example.com", "5432", "shop", "public", "messages")),
    ("postgresql://me@[::1]:6543/my%20shop?sslmode=disable", "s.messages",
     Postgres("::1", "6543", "my shop", "s", "messages")),
])
def test_tables_have_the_names_of_openlineage(dsn, table, naming):
    assert lineage.tables({"SAV_DSN": dsn, "SAV_TABLE": table}, "SAV_TABLE", "SAV_PAIRS_TABLE") == [
        (naming.get_namespace(), naming.get_name())]


def test_an_endpoint_tells_no_secret():
    assert lineage.endpoint("https://me:secret@api.example.com:8443/v1/reports?key=secret") == (
        "https://api.example.com:8443", "/v1/reports")


DAG = """
from airflow.sdk import dag
from sav_airflow.operators import ReportDays

@dag(dag_id="one_task")
def one_task():
    ReportDays(task_id="sav", root={root!r}, program={sav!r}, load="sav_load", asset="one_task_report",
               settings={{"input": [{input!r}], "trailing_days": 1, "day": "2026-03-03", "pairs": True}})
one_task()
"""


def test_the_events_of_the_provider(dags_test, receiver, tmp_path, load_connection):
    """The daily DAG, and the one task, by "airflow dags test"; the transport writes to a file."""
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "one_task.py").write_text(DAG.format(root=str(tmp_path / "one"), sav=SAV, input=str(MESSAGES)))
    url = receiver()
    environment = os.environ | {
        "SAV_DAILY_ROOT": str(tmp_path / "daily"), "SAV_DAILY_LOAD": "sav_load",
        "AIRFLOW_CONN_SAV_API": json.dumps({"conn_type": "http", "host": url, "password": TOKEN}),
        "AIRFLOW_CONN_SAV_LOAD": json.dumps(load_connection("airflow_lineage")),
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps({"type": "file", "log_file_path": str(tmp_path / "events"),
                                                       "append": True}),
    }
    conf = json.dumps({"trailing_days": 1, "day": "2026-03-03", "pairs": True})
    for dag, folder in (("sav_daily", None), ("one_task", tmp_path / "dags")):
        extra = {"AIRFLOW__CORE__DAGS_FOLDER": str(folder), "PYTHONPATH": os.pathsep.join(
            filter(None, [os.environ["AIRFLOW__CORE__DAGS_FOLDER"], os.environ.get("PYTHONPATH")]))} if folder else {}
        done = subprocess.run(["airflow", "dags", "test", dag, *(["--conf", conf] if not folder else [])],
                              env=environment | extra,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert "state=success" in done.stdout, done.stdout[-5000:]
    text = (tmp_path / "events").read_text()
    assert TOKEN not in text and os.environ["SAV_DSN_PASSWORD"] not in text
    found = {}
    for event in map(json.loads, text.splitlines()):
        if event["eventType"] == "COMPLETE":
            names = [{(one["namespace"], one["name"]) for one in event.get(side, ())} for side in ("inputs", "outputs")]
            known = found.setdefault(event["job"]["name"], [set(), set()])
            known[0] |= names[0]
            known[1] |= names[1]
    store = load_connection("airflow_lineage")
    tables = {(f"postgres://{store['host']}:{store['port']}", f"{store['schema']}.public.{name}")
              for name in ("airflow_lineage", "airflow_lineage_pairs")}

    def files(root, *names):
        return {("file", f"{tmp_path}/{root}/ds={day}/{name}") for day in ("2026-03-02", "2026-03-03")
                for name in names}
    analysis = "as_of=20260304T000000Z/report.csv", "as_of=20260304T000000Z/pairs.csv"
    endpoint = {lineage.endpoint(url)}
    assert found["sav_daily.analyze"] == [{("file", str(MESSAGES))}, files("daily", *analysis)]
    assert found["sav_daily.day.publish"] == [files("daily", analysis[0]), files("daily", "report.csv")]
    assert found["sav_daily.day.deliver"] == [files("daily", analysis[0]), endpoint]
    assert found["sav_daily.day.load"] == [files("daily", *analysis), tables]
    assert found["one_task.sav"] == [{("file", str(MESSAGES))} | files("one", *analysis),
                                     files("one", "report.csv", *analysis) | endpoint | tables]
