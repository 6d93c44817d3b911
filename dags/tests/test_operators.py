import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowNotFoundException, AirflowSkipException

from conftest import MESSAGES, SAV, TOKEN
from sav_airflow import connections
from sav_airflow.operators import AnalyzeDay, DeliverDay, SavOperator
from sav_airflow.place import Place

PARAMS = {"input": [str(MESSAGES)], "connection": "sav_db", "url": None, "levels": ["all", "country", "merchant", "country_merchant"],
          "max_reject_rate": 0.01}


class TaskInstance:
    def __init__(self):
        self.pushed = {}

    def xcom_push(self, key, value):
        self.pushed[key] = value


def context(**params):
    return {"ti": TaskInstance(), "params": PARAMS | params}


def window(root, day="2026-03-02", as_of="2026-03-04T00:00:00Z"):
    return {"day": day, "as_of": as_of, "folder": f"{root}/ds={day}/as_of={as_of.replace(':', '').replace('-', '')}"}


@pytest.fixture(autouse=True)
def stored(monkeypatch):
    """The connections there are, by name."""
    found = {}

    class Stored:
        @staticmethod
        def get(conn_id):
            if conn_id not in found:
                raise AirflowNotFoundException(f"no connection {conn_id}")
            return found[conn_id]
    monkeypatch.setattr(connections, "Connection", Stored)
    return found


@pytest.mark.parametrize("status, raised", [
    (64, AirflowFailException), (65, AirflowFailException), (70, AirflowFailException), (76, AirflowFailException),
    (77, AirflowFailException), (78, AirflowFailException), (99, AirflowSkipException),
    (74, AirflowException), (75, AirflowException), (143, AirflowException), (1, AirflowException),
])
def test_what_a_status_asks_for(script, status, raised):
    program = script(f"""echo '{{"status": {status}, "error": "because of it"}}'""", f"exit {status}")
    got = context()
    with pytest.raises(AirflowException) as error:
        SavOperator(task_id="t", program=program).execute(got)
    assert type(error.value) is raised
    assert str(error.value) == f"sav ended with {status}: because of it"
    assert got["ti"].pushed == {"return_value": {"status": status, "error": "because of it"}}


def test_done(script):
    program = script("""printf '{"arguments": "%s", "n": "%s"}\\n' "$*" "$SAV_N" """)
    operator = SavOperator(task_id="t", program=program, arguments=["sql", "list"], environment={"SAV_N": "7"})
    assert operator.execute(context()) == {"arguments": "sql list", "n": "7"}


def test_without_a_reason(script):
    with pytest.raises(AirflowException, match="ended with 137: it gave no reason"):
        SavOperator(task_id="t", program=script("exit 137")).execute(context())


@pytest.mark.parametrize("program", ["/no/such/program", "/etc/passwd"])
def test_a_program_that_cannot_be_run(program):
    with pytest.raises(AirflowFailException, match=program):
        SavOperator(task_id="t", program=program).execute(context())


def test_on_kill_before_the_program_runs():
    SavOperator(task_id="t").on_kill()


def test_on_kill(script, tmp_path):
    """As Airflow calls it: from a signal handler, while execute waits for the program."""
    ready = tmp_path / "ready"
    program = script("""trap 'echo "{\\"error\\": \\"stopped\\"}"; exit 75' TERM""",
                     f"echo > {ready}", "while :; do read line || :; done")
    operator = SavOperator(task_id="t", program=program)
    before = signal.signal(signal.SIGTERM, lambda *_: operator.on_kill())
    try:
        def kill():
            while not ready.exists():
                time.sleep(0.01)
            os.kill(os.getpid(), signal.SIGTERM)
        threading.Thread(target=kill).start()
        with pytest.raises(AirflowException, match="sav ended with 75: stopped"):
            operator.execute(context())
    finally:
        signal.signal(signal.SIGTERM, before)


def test_analyze(tmp_path):
    asked = window(tmp_path)
    got = context(levels=["all", "country"])
    summary = AnalyzeDay(task_id="t", window=asked, zone="Europe/Paris", program=SAV).execute(got)
    assert summary["window"] == {"from": "2026-03-01T23:00:00Z", "to": "2026-03-02T23:00:00Z"}
    assert summary["as_of"] == "2026-03-04T00:00:00Z"
    assert got["day"] == "2026-03-02"
    report = (Path(asked["folder"]) / "report.csv").read_text().splitlines()
    assert {line.split(",")[0] for line in report[1:]} == {"all", "country"}


def test_analyze_an_empty_day(tmp_path):
    asked = window(tmp_path, day="2020-01-01")
    with pytest.raises(AirflowSkipException, match="no conversation"):
        AnalyzeDay(task_id="t", window=asked, zone="UTC", program=SAV).execute(context())


def test_analyze_rejects(tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_text("a,b\n1,2\n")
    with pytest.raises(AirflowFailException, match="65: .*broken.csv"):
        AnalyzeDay(task_id="t", window=window(tmp_path), zone="UTC", program=SAV).execute(context(input=[str(broken)]))


def test_analyze_a_connection(tmp_path, script, stored):
    """The password goes by the environment, and only there."""
    stored["shop"] = Connection(conn_id="shop", conn_type="mysql", host="db", login="me", password=TOKEN, schema="s")
    program = script("""printf '{"arguments": "%s", "dsn": "%s", "password": "%s"}\\n' "$*" "$SAV_DSN" "$SAV_DSN_PASSWORD" """)
    summary = AnalyzeDay(task_id="t", window=window(tmp_path), zone="UTC", program=program).execute(
        context(input=[], connection="shop"))
    assert "--input" not in summary["arguments"] and TOKEN not in summary["arguments"]
    assert (summary["dsn"], summary["password"]) == ("mysql://me@db/s", TOKEN)


def test_a_missing_connection_is_not_retried(tmp_path, delivered):
    with pytest.raises(AirflowFailException, match="sav_db"):
        AnalyzeDay(task_id="t", window=window(tmp_path), zone="UTC", program=SAV).execute(context(input=[]))
    with pytest.raises(AirflowFailException, match="sav_api"):
        delivered(window(tmp_path))


@pytest.fixture
def delivered(tmp_path):
    """Analyses a window, unless that was done, and delivers it."""
    def deliver(asked, program=SAV, **params):
        if not Path(asked["folder"], "run.json").exists():
            AnalyzeDay(task_id="a", window=asked, zone="UTC", program=SAV).execute(context())
        return DeliverDay(task_id="d", window=asked, conn_id="sav_api", program=program).execute(context(**params))
    return deliver


@pytest.fixture
def api(receiver, stored):
    """Starts a receiver for connection sav_api, with further options of "sav deliver" as extra."""
    def start(*options, password=TOKEN, **extra):
        stored["sav_api"] = Connection(conn_id="sav_api", conn_type="http", host=receiver(*options),
                                       password=password, extra=json.dumps(extra))
        return stored["sav_api"].host
    return start


def received(tmp_path):
    path = tmp_path / "received.jsonl"
    return path.read_text().splitlines() if path.exists() else []


def record_of(root, asked):
    path, = (Path(asked["folder"]).parent).glob("delivered-*.json")
    return json.loads(path.read_text())


def test_deliver(tmp_path, delivered, api):
    api("--fail-rate", "0.3", "--reset-rate", "0.1", **{"max-backoff": "20ms", "retries": 50})
    asked = window(tmp_path)
    summary = delivered(asked)
    rows = summary["report_rows"]
    assert summary["delivery"]["acknowledged"] == summary["delivery"]["batches"] == -(-rows // 10)
    assert len(received(tmp_path)) == rows
    assert record_of(tmp_path, asked) == {"as_of": asked["as_of"], "report_sha256": summary["report_sha256"], "done": True}


@pytest.mark.parametrize("replay", [False, True])
def test_replay_is_asked_for(tmp_path, delivered, api, script, replay):
    api()
    program = script("""echo '{"status": 0, "arguments": "'"$*"'"}'""")
    asked = window(tmp_path)
    AnalyzeDay(task_id="a", window=asked, zone="UTC", program=SAV).execute(context())
    assert ("--replay" in delivered(asked, program=program, replay=replay)["arguments"].split()) == replay


def test_deliver_the_same_bytes_once(tmp_path, delivered, api):
    api()
    first, later = window(tmp_path), window(tmp_path, as_of="2026-05-31T00:00:00Z")
    again = window(tmp_path, as_of="2026-06-30T00:00:00Z")
    delivered(first)
    delivered(later)
    count = len(received(tmp_path))
    for asked in (later, again):  # nothing was answered in June
        with pytest.raises(AirflowSkipException, match="same bytes"):
            delivered(asked)
    assert len(received(tmp_path)) == count
    assert record_of(tmp_path, again)["as_of"] == again["as_of"]


def test_deliver_never_goes_back(tmp_path, delivered, api):
    api()
    first, later = window(tmp_path), window(tmp_path, as_of="2026-03-08T00:00:00Z")
    delivered(later)
    count = len(received(tmp_path))
    with pytest.raises(AirflowSkipException, match="is at 2026-03-08"):
        delivered(first)
    assert len(received(tmp_path)) == count


def test_deliver_goes_on_where_it_was(tmp_path, delivered, api):
    """Every third request fails, and the program does not retry: Airflow does."""
    api("--status-every", "3=503", retries=0)
    asked = window(tmp_path)
    attempts = 0
    while True:
        attempts += 1
        try:
            summary = delivered(asked)
            break
        except AirflowException as error:
            assert "ended with 75" in str(error) and not isinstance(error, AirflowFailException)
            assert not record_of(tmp_path, asked)["done"]
    assert attempts > 1
    assert len(received(tmp_path)) == summary["report_rows"], "nothing lost, nothing twice"


def test_deliver_after_one_that_was_broken_off(tmp_path, delivered, api, script):
    """The API may have a part of it: a report like the one before is sent nevertheless."""
    api()
    first, broken, later = (window(tmp_path, as_of=f"2026-03-0{n}T00:00:00Z") for n in (4, 5, 6))
    delivered(first)
    report = Path(first["folder"], "report.csv").read_bytes()
    with pytest.raises(AirflowException):
        delivered(broken, program=script("exit 75"))
    for name in ("report.csv", "run.json"):  # as if the answer of that day had been taken back
        Path(later["folder"]).mkdir(exist_ok=True)
        text = Path(first["folder"], name).read_bytes().replace(first["as_of"].encode(), later["as_of"].encode())
        Path(later["folder"], name).write_bytes(text)
    assert Path(later["folder"], "report.csv").read_bytes() == report
    assert delivered(later)["delivery"]["acknowledged"] > 0


def test_deliver_without_the_right_token(tmp_path, delivered, api):
    api(password="wrong")
    with pytest.raises(AirflowFailException, match="ended with 77"):
        delivered(window(tmp_path))


def test_each_endpoint_has_a_record(tmp_path, delivered, api):
    url = api()
    asked = window(tmp_path)
    delivered(asked)
    delivered(asked, url=url + "/other")
    with pytest.raises(AirflowSkipException):
        delivered(asked, url=url + "/other")
    assert len(list(Path(asked["folder"]).parent.glob("delivered-*.json"))) == 2


def test_a_delivery_waits_for_another(tmp_path, delivered, api, monkeypatch):
    api()
    asked = window(tmp_path)
    delivered(asked)
    path, = Path(asked["folder"]).parent.glob("delivered-*.json")
    monkeypatch.setattr(Place.__init__, "__defaults__", (0, 0))
    with Place(path), pytest.raises(Exception, match="another process holds it") as error:
        delivered(asked)
    assert not isinstance(error.value, (AirflowFailException, AirflowSkipException)), "it is retried"
