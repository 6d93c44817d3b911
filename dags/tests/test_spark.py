import json
import os
import shutil
import subprocess

import pytest
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

pytest.importorskip("pyspark", reason="the Airflow of 3.2 is installed without Spark")

from conftest import MESSAGES, ROOT, SAV, TOKEN
from sav_airflow.spark import AnalyzeDayOnSpark
from test_operators import context, window


@pytest.fixture
def submit(script, tmp_path, monkeypatch):
    """Makes a spark-submit out of lines of shell, and runs a task with it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setenv("AIRFLOW_CONN_SAV_SPARK", json.dumps({"conn_type": "spark", "host": "spark://master:7077",
                                                             "extra": {"deploy-mode": "cluster"}}))

    def run(*lines, program=SAV, **params):
        shutil.move(script(*lines), folder / "spark-submit")
        task = AnalyzeDayOnSpark(task_id="t", window=window(tmp_path), zone="Europe/Paris", program=program,
                                 application="/job.py",
                                 conn_id="sav_spark")
        got = context(table="messages", partitions=7, **params)
        try:
            return task.execute(got), got
        except AirflowException as error:
            error.pushed = got["ti"].pushed
            raise
    return run


def test_what_is_asked_of_spark(submit, tmp_path):
    asked = tmp_path / "asked"
    folder = window(tmp_path)["folder"]
    lines = [f'echo "$*" >{asked}', f"mkdir -p {folder}", f"""echo '{{"rows_read": 7}}' >{folder}/run.json"""]
    summary, got = submit(*lines)
    assert summary == {"rows_read": 7} and got["day"] == "2026-03-02"
    assert asked.read_text().split() == [
        "--master", "spark://master:7077", "--files", SAV, "--name", "arrow-spark", "--deploy-mode", "client",
        "/job.py",
        "--date", "2026-03-02", "--as-of", "2026-03-04T00:00:00Z", "--out", folder, "--tz", "Europe/Paris",
        "--levels", "all,country,merchant,country_merchant", "--max-reject-rate", "0.01", "--on-empty", "skip",
        "--sav=sav", "--partitions=7", f"--input={MESSAGES}"]
    submit(*lines, input=[])
    assert asked.read_text().endswith(" --table=messages\n")


@pytest.mark.parametrize("status, raised", [
    (64, AirflowFailException), (65, AirflowFailException), (70, AirflowFailException), (99, AirflowSkipException),
    (74, AirflowException), (143, AirflowException), (1, AirflowException),
])
def test_what_a_status_asks_for(submit, status, raised):
    with pytest.raises(AirflowException) as error:
        submit("echo a line of Spark", "echo 'sav: because of it' >&2", "echo another line", f"exit {status}")
    assert type(error.value) is raised
    said = str(error.value)
    assert said.startswith(f"2026-03-02: sav ended with {status}: because of it")
    assert status == 99 or "(of the command: spark-submit /job.py --date 2026-03-02" in said
    assert error.value.pushed == {"return_value": {"status": status, "error": "because of it"}}


def test_without_a_reason(submit):
    with pytest.raises(AirflowException, match="ended with 1: it gave no reason"):
        submit("echo Java fell over", "exit 1")


def test_a_program_that_is_not_there(submit):
    with pytest.raises(AirflowFailException, match="/no/such/program cannot be run"):
        submit("exit 0", program="/no/such/program")


@pytest.mark.parametrize("day, broken, raised, said", [
    ("2026-03-02", True, AirflowFailException, "sav ended with 65: .*broken.csv:1: lacks created_at"),
    ("2020-01-01", False, AirflowSkipException, "sav ended with 99: no conversation in the window"),
])
def test_what_spark_hands_on(day, broken, raised, said, tmp_path, monkeypatch):
    """The exit status of sav, and its reason, through the spark-submit there is."""
    monkeypatch.setenv("AIRFLOW_CONN_SAV_SPARK", json.dumps({"conn_type": "spark", "host": "local[1]"}))
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    messages = tmp_path / "broken.csv"
    messages.write_text("a,b\n1,2\n")
    task = AnalyzeDayOnSpark(task_id="t", window=window(tmp_path, day=day), zone="UTC", program=SAV,
                             conn_id="sav_spark",
                             application=str(ROOT / "spark" / "sav_spark.py"))
    with pytest.raises(AirflowException, match=said) as error:
        task.execute(context(input=[str(messages if broken else MESSAGES)], partitions=1))
    assert type(error.value) is raised


def test_a_day_on_spark(database, receiver, tmp_path, sav):
    """One run through "airflow dags test", with the spark-submit there is: the bytes are those of sav alone."""
    url = receiver()
    environment = os.environ | {
        "SAV_DAILY_ROOT": str(tmp_path / "reports"), "SAV_DAILY_SPARK_JOB": str(ROOT / "spark" / "sav_spark.py"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "AIRFLOW_CONN_SAV_SPARK": json.dumps({"conn_type": "spark", "host": "local[2]"}),
        "AIRFLOW_CONN_SAV_API": json.dumps({"conn_type": "http", "host": url, "password": TOKEN}),
    }
    policy = ROOT / "docs" / "examples" / "policy.yaml"
    conf = {"trailing_days": 0, "partitions": 3, "policy": str(policy), "within": ["1h", "24h"], "new_after": "12h"}
    done = subprocess.run(["airflow", "dags", "test", "sav_daily_spark", "2026-03-05T12:00", "--conf",
                           json.dumps(conf)],
                          env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0 and "state=success" in done.stdout, done.stdout[-5000:]
    assert TOKEN not in done.stdout
    home, = (tmp_path / "reports" / "spark").glob("ds=*")
    run = json.loads((home / "as_of=20260305T000000Z" / "run.json").read_text())
    assert run["delivery"]["acknowledged"] == run["delivery"]["batches"] > 0
    sav("analyze", "--input", MESSAGES, "--date", "2026-03-04", "--as-of", "2026-03-05", "--out", tmp_path / "alone",
        "--policy", policy, "--within", "1h,24h", "--new-after", "12h")
    assert (home / "report.csv").read_bytes() == (tmp_path / "alone" / "report.csv").read_bytes()
    assert len((tmp_path / "received.jsonl").read_text().splitlines()) == run["report_rows"] > 0
