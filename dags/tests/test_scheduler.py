"""Days through a real scheduler, seen by Airflow's own API.

Every request that is the tenth fails, and the program does not retry by itself: some deliveries end
with 75 and are retried by Airflow. Days are those of Paris; the backfill has the one of 23 hours.
"""

import json
import os
import signal
import subprocess
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg2
import pytest

from conftest import MESSAGES, SAV, TOKEN
from server import Receiver, Standalone

DAYS = [f"2026-03-{n}" for n in range(27, 32)]
CONF = {"trailing_days": 1}
OF_A_DAY = ("publish", "deliver", "load")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("scheduler")


@pytest.fixture(scope="module")
def api(folder):
    receiver = Receiver(SAV, folder / "received.jsonl", TOKEN, ["--status-every", "10=503"])
    yield receiver
    receiver.stop()


@pytest.fixture(scope="module")
def program(folder):
    """sav, but that the first delivery of 15 March is slow; it leaves its process there."""
    path = folder / "sav-script"
    path.write_text(f"""#!/bin/sh
case "$*" in
deliver*/ds=2026-03-15/*) [ -e {folder}/slow ] || {{ echo $$ >{folder}/slow; set -- "$@" --rate 1; }} ;;
esac
exec {SAV} "$@"
""")
    path.chmod(0o755)
    return str(path)


@pytest.fixture(scope="module")
def airflow(database, folder, api, program, load_connection):
    server = Standalone(folder, {
        "SAV_DAILY_ROOT": str(folder / "reports"), "SAV_DAILY_TZ": "Europe/Paris", "SAV_DAILY_RETRY_DELAY": "1",
        "SAV_DAILY_PROGRAM": program,
        "AIRFLOW_CONN_SAV_API": json.dumps({"conn_type": "http", "host": api.url, "password": TOKEN,
                                            "extra": {"retries": 0}}),
        "SAV_DAILY_REPORTS": "https://reports.example.com/sav", "SAV_DAILY_LOAD": "sav_load",
        "AIRFLOW_CONN_SAV_LOAD": json.dumps(load_connection("sav_reports")),
    })
    yield server
    server.stop()


@pytest.fixture(scope="module")
def runs(airflow, folder):
    """A backfill, latest day first and three at a time, and runs that end in other ways; by name."""
    broken = folder / "broken.csv"
    broken.write_text("these,are,no,messages\n1,2,3,4\n")
    airflow.cli("backfill", "create", "--dag-id", "sav_daily", "--from-date", DAYS[0] + "T00:00+01:00",
                "--to-date", DAYS[-1] + "T00:00+02:00", "--run-backwards", "--max-active-runs", "3", "--dag-run-conf",
                json.dumps(CONF))
    started = {
        # Before the first day of messages there is none.
        "half empty": airflow.post("/dags/sav_daily/dagRuns", {"logical_date": "2026-03-01T23:30:00Z", "conf": CONF}),
        "empty": airflow.post("/dags/sav_daily/dagRuns", {"logical_date": None, "conf": CONF | {"day": "2020-01-01"}}),
        "broken": airflow.post("/dags/sav_daily/dagRuns", {
            "logical_date": "2026-03-10T23:30:00Z", "conf": {"trailing_days": 0, "input": [str(broken)]}}),
        "midnight": airflow.post("/dags/sav_daily/dagRuns", {"logical_date": "2026-03-11T23:00:00Z", "conf": CONF}),
        "by hand": airflow.post("/dags/sav_daily/dagRuns",
                                {"logical_date": None, "conf": CONF | {"day": "2026-03-20"}}),
        "no interval": airflow.post("/dags/sav_daily/dagRuns", {"logical_date": None, "conf": CONF}),
    }
    airflow.patch("/dags/sav_daily", {"is_paused": False})
    ids = {run["dag_run_id"]: name for name, run in started.items()}
    found = {ids.get(run["dag_run_id"], run["dag_run_id"]): run for run in airflow.ended(count=len(DAYS) + len(ids))}
    return {name: (run, airflow.tasks(run)) for name, run in found.items()}


@pytest.fixture(scope="module")
def backfill(runs):
    """The five runs of the backfill, by their day in Paris."""
    found = [(run, tasks) for run, tasks in runs.values() if run["run_type"] == "backfill"]
    by_day = {run["data_interval_end"]: (run, tasks) for run, tasks in found}
    return dict(zip(DAYS, [by_day[end] for end in sorted(by_day)], strict=True))


def states(tasks):
    return {key: task["state"] for key, task in tasks.items()}


def test_the_backfill(backfill):
    hours = []
    for day, (run, tasks) in backfill.items():
        assert run["state"] == "success"
        once = {(t, -1) for t in ("analyze", "days", "announce", "clean")}
        assert set(tasks) == once | {(f"day.{t}", n) for t in OF_A_DAY for n in (0, 1)}
        assert states(tasks)["analyze", -1] == "success"
        assert set(states(tasks).values()) <= {"success", "skipped"}
        for name in OF_A_DAY:
            assert [tasks[f"day.{name}", n]["rendered_map_index"] for n in (0, 1)] == [
                day, str(date.fromisoformat(day) - timedelta(days=1))]
        start, end = (run[f"data_interval_{side}"] for side in ("start", "end"))
        hours.append(24 * (date.fromisoformat(end[:10]) - date.fromisoformat(start[:10])).days
                     + int(end[11:13]) - int(start[11:13]))
    assert hours == [24, 24, 23, 24, 24]


def test_the_greatest_as_of_is_published(backfill, folder, sav):
    """The bytes are those of an analysis by hand, as of the end of the day after."""
    for n, day in enumerate(DAYS):
        as_of = backfill[DAYS[min(n + 1, 4)]][0]["data_interval_end"]
        status, summary = sav("analyze", "--input", MESSAGES, "--date", day, "--tz", "Europe/Paris", "--as-of", as_of,
                              "--out", folder / "by-hand")
        assert status == 0
        home = folder / "reports" / f"ds={day}"
        assert (home / "report.csv").read_bytes() == (folder / "by-hand" / "report.csv").read_bytes()
        for name in (home / "published.json", *home.glob("delivered-*.json")):
            assert json.loads(name.read_text()) == {
                "as_of": summary["as_of"], "report_sha256": summary["report_sha256"], "done": True}
        run, = (json.loads(path.read_text()) for path in home.glob("as_of=*/run.json")
                if json.loads(path.read_text())["as_of"] == summary["as_of"])
        assert run["delivery"] is None or run["delivery"]["pending"] == 0


def test_the_table_has_the_greatest_as_of_of_each_day(backfill, folder):
    """Whatever order the loads came in, several at once."""
    with sav_database() as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT window_from, count(DISTINCT report_sha256), min(report_sha256) FROM sav_reports "
                       "GROUP BY window_from")
        loaded = {when.astimezone(ZoneInfo("Europe/Paris")).date(): (n, sha256)
                  for when, n, sha256 in cursor.fetchall()}
    for day in DAYS:
        record = json.loads((folder / "reports" / f"ds={day}" / "published.json").read_text())
        assert loaded[date.fromisoformat(day)] == (1, record["report_sha256"])


def sav_database():
    dsn = urlsplit(os.environ["SAV_TEST_POSTGRES_DSN"])
    server = dsn.netloc.replace("@", f":{os.environ['SAV_DSN_PASSWORD']}@")
    return psycopg2.connect(dsn._replace(netloc=server).geturl())


def test_75_is_retried_and_succeeds(backfill):
    tries = [tasks["day.deliver", n]["try_number"] for _, tasks in backfill.values() for n in (0, 1)
             if tasks["day.deliver", n]["state"] == "success"]
    assert max(tries) > 1


def test_each_batch_had_its_effect_once(runs, folder):
    received = [json.loads(line)["key"] for line in (folder / "received.jsonl.keys").read_text().splitlines()]
    outcomes = [json.loads(line) for path in (folder / "reports").glob("ds=*/as_of=*/delivery/*/journal.jsonl")
                for line in path.read_text().splitlines()]
    assert sorted(received) == sorted(o["key"] for o in outcomes if o["outcome"] == "acknowledged")
    assert any(o["outcome"] == "unknown" for o in outcomes), "no request failed"


def test_no_day_with_a_conversation_is_skipped(runs):
    run, tasks = runs["empty"]
    assert run["state"] == "success"
    assert set(states(tasks).values()) == {"skipped"}


def test_one_day_without_a_conversation_is_skipped(runs):
    run, tasks = runs["half empty"]
    assert run["state"] == "success"
    for name in OF_A_DAY:
        assert [tasks[f"day.{name}", n]["state"] for n in (0, 1)] == ["success", "skipped"]
        assert [tasks[f"day.{name}", n]["rendered_map_index"] for n in (0, 1)] == ["2026-03-01", "2026-02-28"]


def test_65_fails_without_a_retry(runs, airflow):
    run, tasks = runs["broken"]
    assert run["state"] == "failed"
    assert states(tasks) == {("analyze", -1): "failed", ("days", -1): "upstream_failed", ("announce", -1): "skipped",
                             ("clean", -1): "skipped", **{(f"day.{t}", -1): "upstream_failed" for t in OF_A_DAY}}
    assert tasks["analyze", -1]["try_number"] == 1
    assert xcom(airflow, run, "analyze", -1)["status"] == 65
    log = airflow.get(f"/dags/sav_daily/dagRuns/{run['dag_run_id']}/taskInstances/analyze/logs/1?full_content=true")
    assert "broken.csv" in json.dumps(log) and "of the command: " in json.dumps(log)


@pytest.mark.parametrize("name", ["no interval", "midnight"])
def test_a_run_without_a_day_fails_at_once(runs, name):
    run, tasks = runs[name]
    assert run["state"] == "failed"
    assert (tasks["analyze", -1]["state"], tasks["analyze", -1]["try_number"]) == ("failed", 1)


def test_a_run_by_hand_of_a_day(runs, folder, sav):
    """By the param day and without a logical date: it takes the place of no scheduled run."""
    run, tasks = runs["by hand"]
    assert (run["state"], run["logical_date"]) == ("success", None)
    assert tasks["day.publish", 0]["rendered_map_index"] == "2026-03-20"
    status, _ = sav("analyze", "--input", MESSAGES, "--date", "2026-03-20", "--tz", "Europe/Paris",
                    "--as-of", "2026-03-20T23:00:00Z", "--out", folder / "one-day")
    assert status == 0
    published = folder / "reports" / "ds=2026-03-20" / "report.csv"
    assert published.read_bytes() == (folder / "one-day" / "report.csv").read_bytes()


def test_a_worker_is_killed(runs, airflow, folder):
    """The process of the task, with SIGKILL in the midst of a delivery: sav ends, and the next attempt goes on."""
    run = airflow.post("/dags/sav_daily/dagRuns",
                       {"logical_date": None, "conf": {"day": "2026-03-15", "trailing_days": 0}})

    def journal():
        home = folder / "reports" / "ds=2026-03-15"
        return [json.loads(line) for path in home.glob("as_of=*/delivery/*/journal.jsonl")
                for line in path.read_text().splitlines() if line.endswith("}")]
    airflow.wait("the first batch", lambda: any(o["outcome"] == "acknowledged" for o in journal()))
    pid = int((folder / "slow").read_text())
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    before = len(journal())
    os.kill(int(status["PPid"]), signal.SIGKILL)
    airflow.wait("the end of sav", lambda: not Path(f"/proc/{pid}").exists())
    state = f"/dags/sav_daily/dagRuns/{run['dag_run_id']}"
    airflow.wait("the run", lambda: airflow.get(state)["state"] in ("success", "failed"))
    deliver = airflow.tasks(run)["day.deliver", 0]
    assert (deliver["state"], deliver["try_number"] > 1) == ("success", True)
    outcomes = journal()
    acknowledged = [o["key"] for o in outcomes if o["outcome"] == "acknowledged"]
    assert len(set(acknowledged)) == len(acknowledged) > before, "nothing is sent twice that was acknowledged"
    assert xcom(airflow, run, "day.deliver", 0)["delivery"]["acknowledged"] == len(acknowledged)


def xcom(airflow, run, task, index):
    return airflow.get(f"/dags/sav_daily/dagRuns/{run['dag_run_id']}/taskInstances/{task}/xcomEntries/return_value"
                       f"?map_index={index}&deserialize=true")["value"]


def test_the_summary_is_in_xcom(backfill, airflow, folder):
    run, _ = backfill[DAYS[-1]]
    summary = xcom(airflow, run, "analyze", -1)
    assert summary["conversations"] > 0 and summary["rows_read"] == 20000
    assert Path(summary["files"][DAYS[-1]]).parent.parent == folder / "reports" / f"ds={DAYS[-1]}"
    assert [day["day"] for day in summary["days"]] == [DAYS[-1], DAYS[-2]]
    delivered = xcom(airflow, run, "day.deliver", 0)["delivery"]
    assert delivered["acknowledged"] == delivered["batches"] > 0


def test_the_report_is_an_asset(backfill, airflow, folder):
    events = airflow.get("/assets/events?limit=100")["asset_events"]
    days = [day for e in events for day in e["extra"].get("days", []) if str(folder) in day["report"]]
    extras = {(day["day"], day["as_of"]): day for day in days}
    assert len(extras) == len(days), "each change is told once"
    last = extras[DAYS[-1], "2026-03-31T22:00:00Z"]
    assert last["report"] == str(folder / "reports" / f"ds={DAYS[-1]}" / "report.csv")


def test_a_task_has_a_link_to_its_report(backfill, airflow):
    run, _ = backfill[DAYS[-1]]
    for name in OF_A_DAY:
        found = airflow.get(f"/dags/sav_daily/dagRuns/{run['dag_run_id']}/taskInstances/day.{name}/links?map_index=1")
        assert found["extra_links"] == {"Report": f"https://reports.example.com/sav/ds={DAYS[-2]}/report.csv"}


def test_the_token_is_nowhere(runs, folder):
    """Neither in Airflow's logs and files, nor in any table of its database, nor in what sav leaves."""
    for root in (Path(os.environ["AIRFLOW_HOME"]), folder):
        found = subprocess.run(["grep", "-rlaF", TOKEN, str(root)], capture_output=True, text=True)
        assert (found.returncode, found.stdout) == (1, "")
    with psycopg2.connect(os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].replace("+psycopg2", "")) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for name, in cursor.fetchall()]
        assert {"xcom", "rendered_task_instance_fields", "log"} <= set(tables)
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{TOKEN}%"])
            assert cursor.fetchone() == (0,), table


def test_a_task_alone_and_again(backfill, airflow, folder):
    """Clearing the tasks of a finished run repeats them to the same end."""
    run, _ = backfill[DAYS[0]]
    before = {path: path.read_bytes() for path in (folder / "reports").glob("ds=*/*") if path.is_file()}
    received = (folder / "received.jsonl").read_bytes()
    airflow.post("/dags/sav_daily/clearTaskInstances", {
        "dry_run": False, "dag_run_id": run["dag_run_id"], "task_ids": ["day.publish", "day.deliver"],
        "only_failed": False, "reset_dag_runs": True})
    again = f"/dags/sav_daily/dagRuns/{run['dag_run_id']}"
    airflow.wait("the run again", lambda: airflow.get(again)["state"] == "success")
    again = states(airflow.tasks(run))
    # Of the first day a later report is there: its repetition leaves it alone. Of the day before there is none later.
    assert [again["day.publish", n] for n in (0, 1)] == ["skipped", "success"]
    assert [again["day.deliver", n] for n in (0, 1)] == ["skipped", "skipped"]
    assert before == {path: path.read_bytes() for path in before}
    assert (folder / "received.jsonl").read_bytes() == received
