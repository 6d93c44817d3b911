"""Two tenants in one Airflow: two DAGs of the factory, run at the same time, of the same days."""

import json
import os
import subprocess
from urllib.parse import urlsplit

import psycopg2
import pytest

from conftest import MESSAGES, SAV, TOKEN
from server import Receiver

TENANTS = {"fr": "Europe/Paris", "pt": "Europe/Lisbon"}
DAYS = ["2026-03-02", "2026-03-03"]
DAG = """
from sav_airflow.daily import daily_dag

for name, zone in {tenants!r}.items():
    daily_dag("sav_" + name, "", zone=zone, root={root!r} + "/" + name,
              asset="sav_report_" + name, api="sav_api_" + name,
              load="sav_load_" + name, pool=name, program={sav!r},
              defaults={{"input": [{input!r}], "trailing_days": 1}})()
"""


@pytest.fixture(scope="module")
def tenants(dags_test, load_connection, tmp_path_factory):
    """Both have run. Returns the folder of their roots."""
    folder = tmp_path_factory.mktemp("tenants")
    (folder / "dags").mkdir()
    (folder / "dags" / "tenants.py").write_text(DAG.format(tenants=TENANTS, root=str(folder), sav=SAV,
                                                           input=str(MESSAGES)))
    environment = os.environ | {
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder / "dags"),
        "PYTHONPATH": os.pathsep.join(filter(None, [os.environ["AIRFLOW__CORE__DAGS_FOLDER"],
                                                    os.environ.get("PYTHONPATH")]))}
    receivers = {}
    for name in TENANTS:
        token = f"{TOKEN}-{name}"
        receivers[name] = Receiver(SAV, folder / f"{name}.jsonl", token)
        environment[f"AIRFLOW_CONN_SAV_API_{name.upper()}"] = json.dumps(
            {"conn_type": "http", "host": receivers[name].url, "password": token})
        loading = load_connection("airflow_tenants")
        loading["extra"]["source"] = name
        environment[f"AIRFLOW_CONN_SAV_LOAD_{name.upper()}"] = json.dumps(loading)
    started = {}
    try:
        for command in (["dags", "reserialize"], *(["pools", "set", name, "2", ""] for name in TENANTS)):
            subprocess.run(["airflow", *command], env=environment, check=True, stdout=subprocess.DEVNULL)
        for name in TENANTS:
            with open(folder / f"{name}.log", "w") as log:
                started[name] = subprocess.Popen(["airflow", "dags", "test", f"sav_{name}", "--conf",
                                                  json.dumps({"day": DAYS[1]})],
                                                 env=environment, stdout=log, stderr=subprocess.STDOUT)
        for name, process in started.items():
            assert process.wait() == 0, (folder / f"{name}.log").read_text()[-5000:]
    finally:
        for process in [*started.values()]:
            process.kill()
        for receiver in receivers.values():
            receiver.stop()
    return folder


@pytest.mark.parametrize("name", TENANTS)
def test_a_tenant_has_its_own_of_all(tenants, name, sav):
    assert "state=success" in (tenants / f"{name}.log").read_text()
    root = tenants / name
    assert json.loads((root / ".owner.json").read_text()) == {"dag": f"sav_{name}", "zone": TENANTS[name]}
    assert sorted(path.name for path in root.iterdir()
                  if not path.name.startswith(".")) == [f"ds={day}" for day in DAYS]
    rows = 0
    for day in DAYS:
        status, _ = sav("analyze", "--input", MESSAGES, "--date", day, "--tz", TENANTS[name], "--out",
                        tenants / "by-hand",
                        "--as-of", "2026-03-03T23:00:00Z" if name == "fr" else "2026-03-04T00:00:00Z")
        assert status == 0
        report = root / f"ds={day}" / "report.csv"
        assert report.read_bytes() == (tenants / "by-hand" / "report.csv").read_bytes()
        rows += len(report.read_text().splitlines()) - 1
        assert len(list(report.parent.glob("delivered-*.json"))) == 1
    assert len((tenants / f"{name}.jsonl").read_text().splitlines()) == rows
    assert query("SELECT count(*) FROM airflow_tenants WHERE source = %s", name) == [(rows,)]


def test_nothing_is_shared(tenants):
    """Neither a folder, nor a lock, nor an endpoint, nor an asset."""
    for kind in ("ds=*/delivered-*.json", "ds=*/.*.lock", ".owner.json"):
        found = {name: {(path.stat().st_dev, path.stat().st_ino) for path in (tenants / name).glob(kind)}
                 for name in TENANTS}
        assert found["fr"] and not found["fr"] & found["pt"], kind
    assert len({path.name for name in TENANTS for path in (tenants / name).glob("ds=*/delivered-*.json")}) == 2
    events = query("""SELECT a.name, e.extra FROM asset_event e JOIN asset a ON a.id = e.asset_id
                      WHERE a.name IN ('sav_report_fr', 'sav_report_pt') ORDER BY a.name""", database="airflow")
    assert [name for name, _ in events] == ["sav_report_fr", "sav_report_pt"]
    for (_, extra), name in zip(events, TENANTS):
        extra = json.loads(extra) if isinstance(extra, str) else extra
        assert [day["report"] for day in extra["days"]] == [f"{tenants}/{name}/ds={day}/report.csv"
                                                            for day in reversed(DAYS)]


def query(statement, *values, database="sav"):
    if database == "airflow":
        dsn = os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].replace("+psycopg2", "")
    else:
        dsn = urlsplit(os.environ["SAV_TEST_POSTGRES_DSN"])
        dsn = dsn._replace(netloc=dsn.netloc.replace("@", f":{os.environ['SAV_DSN_PASSWORD']}@")).geturl()
    with psycopg2.connect(dsn) as connection:
        cursor = connection.cursor()
        cursor.execute(statement, values)
        return cursor.fetchall()
