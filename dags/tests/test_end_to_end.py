"""One day through "airflow dags test": all of Airflow but the scheduler. Messages are read from a
database, and both connections have a secret.
"""

import json
import os
import subprocess
from pathlib import Path

from conftest import TOKEN


def test_a_day_against_a_receiver_with_faults(dags_test, messages_table, receiver, tmp_path):
    url = receiver("--fail-rate", "0.2", "--reset-rate", "0.1", "--seed", "3")
    environment = os.environ | {
        "SAV_DAILY_ROOT": str(tmp_path / "reports"),
        "AIRFLOW_CONN_SAV_DB": messages_table,
        "AIRFLOW_CONN_SAV_API": json.dumps({"conn_type": "http", "host": url, "password": TOKEN,
                                            "extra": {"max-backoff": "50ms", "retries": 50}}),
    }
    # A run that is started by hand is of the last day that had ended by then.
    done = subprocess.run(["airflow", "dags", "test", "sav_daily", "2026-03-05T12:00", "--conf",
                           '{"trailing_days": 2, "input": []}'],
                          env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout[-5000:]
    assert "state=success" in done.stdout, done.stdout[-5000:]
    for secret in (TOKEN, os.environ["SAV_DSN_PASSWORD"]):
        assert secret not in done.stdout

    days = ["2026-03-02", "2026-03-03", "2026-03-04"]
    homes = sorted((tmp_path / "reports").glob("ds=*"))
    assert [home.name for home in homes] == [f"ds={day}" for day in days]
    rows = 0
    for home in homes:
        run = json.loads((home / "as_of=20260305T000000Z" / "run.json").read_text())
        assert run["inputs"][0].startswith("mysql://")
        rows += run["report_rows"]
        assert run["delivery"]["acknowledged"] == run["delivery"]["batches"] > 0
        records = [json.loads(path.read_text()) for path in home.glob("*.json")]
        assert records == [{"as_of": "2026-03-05T00:00:00Z", "report_sha256": run["report_sha256"], "done": True}] * 2
        assert (home / "report.csv").read_bytes() == (home / "as_of=20260305T000000Z" / "report.csv").read_bytes()
    assert len((tmp_path / "received.jsonl").read_text().splitlines()) == rows, "nothing lost, nothing twice"
    assert not [path for path in (tmp_path / "reports").rglob("*") if path.is_file() and TOKEN in _text(path)]


def _text(path: Path) -> str:
    return path.read_text(errors="replace")
