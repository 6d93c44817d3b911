import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import psycopg2
import pytest
from airflow.sdk import Connection
from airflow.sdk.exceptions import (
    AirflowException, AirflowFailException, AirflowNotFoundException, AirflowSkipException,
)

from conftest import MESSAGES, SAV, TOKEN
from sav_airflow import connections
from sav_airflow.operators import AnalyzeDays, DeliverDay, LoadDay, SavOperator
from sav_airflow.place import Place

PARAMS = {"input": [str(MESSAGES)], "connection": "sav_db", "url": None,
          "levels": ["all", "country", "merchant", "country_merchant"],
          "max_reject_rate": 0.01, "trailing_days": 0, "day": "2026-03-02"}


class TaskInstance:
    dag_id = "sav_daily"

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
    got = context() | {"day": "2026-03-02"}
    with pytest.raises(AirflowException) as error:
        SavOperator(task_id="t", program=program, arguments=["deliver", "--out", "a b"]).execute(got)
    assert type(error.value) is raised
    command = "" if status == 99 else f" (of the command: {program} deliver --out 'a b')"
    assert str(error.value) == f"2026-03-02: sav ended with {status}: because of it{command}"
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
    with pytest.raises(AirflowFailException,
                       match=f"2026-03-02: {program} cannot be run: .*of the command: {program} load"):
        SavOperator(task_id="t", program=program, arguments=["load"]).execute(context() | {"day": "2026-03-02"})


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


def analyze(root, zone="UTC", program=SAV, **params):
    return AnalyzeDays(task_id="t", root=str(root), zone=zone, program=program).execute(context(**params))


def test_analyze(tmp_path):
    summary = analyze(tmp_path, "Europe/Paris", levels=["all", "country"], trailing_days=2)
    assert summary["window"] == {"from": "2026-02-27T23:00:00Z", "to": "2026-03-02T23:00:00Z"}
    assert summary["as_of"] == "2026-03-02T23:00:00Z"
    folder = f"{tmp_path}/ds=%s/as_of=20260302T230000Z"
    assert summary["days"] == [
        {"day": day, "as_of": "2026-03-02T23:00:00Z", "folder": folder % day, "empty": empty}
        for day, empty in (("2026-03-02", False), ("2026-03-01", False), ("2026-02-28", True))]
    report = (Path(folder % "2026-03-02") / "report.csv").read_text().splitlines()
    assert {line.split(",")[0] for line in report[1:]} == {"all", "country"}
    assert not Path(folder % "2026-02-28").exists()


def test_the_options_of_an_analysis(tmp_path, script):
    program = script("""echo '{"arguments": "'"$*"'", "files": {}}'""")
    asked = dict(input=["a.csv", "b.csv"], policy="/etc/policy.yaml", within=["1h", "24h"], new_after="12h",
                 max_lag="6h",
                 min_conversations=10, pairs=True, trailing_days=7)
    assert analyze(tmp_path, program=program, **asked)["arguments"].split() == [
        "analyze", "--every", "day", "--from", "2026-02-23T00:00:00Z", "--to", "2026-03-03T00:00:00Z",
        "--as-of", "2026-03-03T00:00:00Z", "--out", f"{tmp_path}/ds={{period}}/as_of=20260303T000000Z", "--tz", "UTC",
        "--levels", "all,country,merchant,country_merchant", "--max-reject-rate", "0.01", "--on-empty", "skip",
        "--policy", "/etc/policy.yaml", "--new-after", "12h", "--max-lag", "6h", "--min-conversations", "10",
        "--within", "1h,24h", "--input=a.csv", "--input=b.csv",
        "--pairs", f"{tmp_path}/ds={{period}}/as_of=20260303T000000Z/pairs.csv"]


def test_analyze_empty_days(tmp_path):
    with pytest.raises(AirflowSkipException, match="no conversation"):
        analyze(tmp_path, day="2020-01-01", trailing_days=7)


@pytest.mark.parametrize("asked, said", [
    (dict(max_lag="6h", day="2026-06-10"), "65: .*2026-05-28"),
    (dict(min_conversations=1000), "65: "),
    (dict(policy="/no/such/policy.yaml"), "78: .*policy.yaml"),
])
def test_the_guards_of_an_analysis(tmp_path, asked, said):
    with pytest.raises(AirflowException, match=said) as error:
        analyze(tmp_path, trailing_days=20, **asked)
    assert not list(tmp_path.glob("ds=*/as_of=*/report.csv")), error


def test_analyze_rejects(tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_text("a,b\n1,2\n")
    with pytest.raises(AirflowFailException, match="65: .*broken.csv"):
        analyze(tmp_path, input=[str(broken)])


def test_a_root_of_another_dag_is_left_alone(tmp_path):
    (tmp_path / ".owner.json").write_text('{"dag": "another", "zone": "UTC"}')
    with pytest.raises(AirflowFailException, match="root of its own"):
        analyze(tmp_path)


def test_analyze_a_connection(tmp_path, script, stored):
    """The password goes by the environment, and only there."""
    stored["shop"] = Connection(conn_id="shop", conn_type="mysql", host="db", login="me", password=TOKEN, schema="s")
    program = script("""printf '{"files": {}, "arguments": "%s", "dsn": "%s", "password": "%s"}\\n' \\
        "$*" "$SAV_DSN" "$SAV_DSN_PASSWORD" """)
    summary = analyze(tmp_path, program=program, input=[], connection="shop")
    assert "--input" not in summary["arguments"] and TOKEN not in summary["arguments"]
    assert (summary["dsn"], summary["password"]) == ("mysql://me@db/s", TOKEN)


def test_a_missing_connection_is_not_retried(tmp_path, delivered):
    with pytest.raises(AirflowFailException, match="sav_db"):
        analyze(tmp_path, input=[])
    with pytest.raises(AirflowFailException, match="sav_api"):
        delivered(window(tmp_path))


def analysed(asked):
    """The window, analysed."""
    if not Path(asked["folder"], "run.json").exists():
        subprocess.run([SAV, "analyze", "--input", MESSAGES, "--date", asked["day"], "--as-of", asked["as_of"], "--out",
                        asked["folder"],
                        "--pairs", asked["folder"] + "/pairs.csv"], check=True, capture_output=True)
    return asked


@pytest.fixture
def delivered(tmp_path):
    """Analyses a window, unless that was done, and delivers it."""
    def deliver(asked, program=SAV, **params):
        return DeliverDay(task_id="d", window=analysed(asked), conn_id="sav_api",
                          program=program).execute(context(**params))
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
    assert record_of(tmp_path, asked) == {"as_of": asked["as_of"], "report_sha256": summary["report_sha256"],
                                          "done": True}


@pytest.mark.parametrize("replay", [False, True])
def test_replay_is_asked_for(tmp_path, delivered, api, script, replay):
    api()
    program = script("""echo '{"status": 0, "arguments": "'"$*"'"}'""")
    asked = window(tmp_path)
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


def test_an_empty_day_is_skipped_by_its_name(tmp_path):
    empty = window(tmp_path) | {"empty": True}
    for task in (DeliverDay(task_id="d", window=empty, conn_id="c"), LoadDay(task_id="l", window=empty, conn_id="c")):
        got = context()
        with pytest.raises(AirflowSkipException, match="2026-03-02 has no conversation"):
            task.execute(got)
        assert got["day"] == "2026-03-02"


@pytest.fixture(params=["mysql", "postgres"])
def tables(request, stored):
    """Sets connection sav_load to a database there is; returns what runs a statement in it."""
    dsn = urlsplit(os.environ[f"SAV_TEST_{request.param.upper()}_DSN"])
    password, schema = os.environ["SAV_DSN_PASSWORD"], dsn.path.strip("/")
    names = {name: f"airflow_{name[:5]}_{request.node.originalname[-20:]}" for name in ("table", "pairs-table")}
    stored["sav_load"] = Connection(conn_id="sav_load", conn_type=request.param, host=dsn.hostname, port=dsn.port,
                                    login=dsn.username,
                                    password=password, schema=schema,
                                    extra=json.dumps(names | {"create": True, "source": "shop"}
                                                     | dict(parse_qsl(dsn.query))))

    def ask(statement):
        statement = statement.format(table=names["table"], pairs=names["pairs-table"])
        if request.param == "postgres":
            with psycopg2.connect(dsn._replace(netloc=dsn.netloc.replace("@", f":{password}@")).geturl()) as connection:
                cursor = connection.cursor()
                cursor.execute(statement)
                return str(cursor.fetchone()[0])
        done = subprocess.run(["mariadb", "-h", dsn.hostname, "-P", str(dsn.port), "-u", dsn.username, "-N", "-B",
                               schema, "-e", statement],
                              env=os.environ | {"MYSQL_PWD": password}, check=True, capture_output=True, text=True)
        return done.stdout.strip()
    return ask


def load(asked, **params):
    return LoadDay(task_id="l", window=analysed(asked), conn_id="sav_load", program=SAV).execute(context(**params))


def test_load(tmp_path, tables):
    first, later = window(tmp_path), window(tmp_path, as_of="2026-03-08T00:00:00Z")
    summary = load(first)
    assert summary["rows"] > 0 and summary["pairs_rows"] > 0
    assert load(later)["replaced"] == summary["rows"]
    with pytest.raises(AirflowSkipException, match="as of 2026-03-08T00:00:00Z, after 2026-03-04"):
        load(first)
    assert tables("SELECT count(DISTINCT as_of) FROM {table} WHERE source = 'shop'") == "1"
    assert int(tables("SELECT count(*) FROM {pairs}")) == summary["pairs_rows"]


def test_load_a_report_without_pairs(tmp_path, tables):
    asked = analysed(window(tmp_path))
    run = Path(asked["folder"], "run.json")
    subprocess.run([SAV, "analyze", "--input", MESSAGES, "--date", asked["day"], "--as-of", asked["as_of"], "--out",
                    asked["folder"]],
                   check=True, capture_output=True)
    assert "pairs_sha256" not in json.loads(run.read_text())
    assert load(asked)["pairs_rows"] == 0


def test_load_into_a_database_that_is_gone(tmp_path, stored):
    stored["sav_load"] = Connection(conn_id="sav_load", conn_type="postgres", host="127.0.0.1", port=1, login="me",
                                    password=TOKEN,
                                    schema="s", extra='{"table": "t", "sslmode": "disable"}')
    with pytest.raises(AirflowException, match="ended with 74") as error:
        load(window(tmp_path))
    assert type(error.value) is AirflowException, "it is retried"
    assert TOKEN not in str(error.value)
