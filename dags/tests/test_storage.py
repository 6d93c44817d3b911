"""Input and root in a storage: S3's protocol on loopback, spoken by Airflow's own file system for it."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace

import pytest
from airflow.sdk import Connection, ObjectStoragePath
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from conftest import MESSAGES, SAV, TOKEN
from sav_airflow import connections, lease, lineage
from sav_airflow.clean import DAY, clean
from sav_airflow.copies import Copies
from sav_airflow.operators import AnalyzeDays, DeliverDay, LoadDay, PublishDay
from sav_airflow.place import Behind, Place, Taken, take_root
from sav_airflow.publish import publish
from sav_airflow.sensors import WaitForInput
from sav_airflow.store import NoStorage, Stored, where
from sav_airflow.windows import Window
from storage import S3, SECRET

PARAMS = {"input": ["s3://exports/messages.csv"], "url": None, "max_reject_rate": 0.01, "trailing_days": 1,
          "day": "2026-03-02"}
ROOT = "s3://store@reports/daily"


class TaskInstance:
    dag_id = "sav_daily"

    def __init__(self):
        self.pushed = {}

    def xcom_push(self, key, value):
        self.pushed[key] = value


def context(**params):
    return {"ti": TaskInstance(), "params": PARAMS | params}


@pytest.fixture(scope="module")
def server():
    started = S3()
    yield started
    started.stop()


@pytest.fixture
def s3(server, monkeypatch, tmp_path):
    """The server, with nothing but the sample in it, for connection `store`; and with a folder of its own for copies,
    which is to be empty at the end.
    """
    monkeypatch.setenv("AIRFLOW_CONN_STORE", server.connection())
    copies = tmp_path / "copies"
    copies.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(copies))
    fs = ObjectStoragePath("s3://store@exports").fs
    for bucket in ("exports", "reports"):
        if fs.exists(bucket):
            fs.rm(bucket, recursive=True)
        fs.mkdir(bucket)
    fs.put_file(str(MESSAGES), "exports/messages.csv")
    server.requests.clear()
    yield server
    server.refuses = lambda method, path: False
    assert not list(copies.iterdir()), "copies are left"


@pytest.fixture
def api(receiver, monkeypatch):
    """Starts a receiver for connection sav_api."""
    def start(*options, **extra):
        stored = Connection(conn_id="sav_api", conn_type="http", host=receiver(*options), password=TOKEN,
                            extra=json.dumps(extra))
        monkeypatch.setattr(connections.Connection, "get", lambda conn_id: stored)
    return start


def names(folder=ROOT):
    """What there is below a folder."""
    place = where(folder)
    try:
        return {file.below(place) for file in place.files() if ".lock/" not in str(file)}
    except FileNotFoundError:
        return set()


def analyze(root=ROOT, storage="store", **params):
    return AnalyzeDays(task_id="t", root=str(root), program=SAV, storage=storage).execute(context(**params))


ANALYSIS = {"report.csv", "run.json", "detail.json", "rejects.csv"}


def test_the_same_bytes_as_on_a_disk(s3, tmp_path):
    there, here = analyze(), analyze(tmp_path, input=[str(MESSAGES)])
    assert [day["folder"].replace(ROOT, str(tmp_path)) for day in there["days"]] == [
        day["folder"] for day in here["days"]]
    for day in there["days"]:
        assert names(day["folder"]) == ANALYSIS
        for name in ("report.csv", "detail.json"):
            on_disk = tmp_path / day["folder"][len(ROOT) + 1:] / name
            assert (where(day["folder"]) / name).read_bytes() == on_disk.read_bytes()
    run = json.loads((where(there["days"][0]["folder"]) / "run.json").read_bytes())
    assert run["inputs"] == ["s3:/store@exports/messages.csv"], "a name that does not depend on the attempt"


def test_run_json_comes_last(s3):
    analyze()
    for day in ("2026-03-01", "2026-03-02"):
        put = [path.rpartition("/")[2] for method, path in s3.requests if method == "PUT" and f"ds={day}/as_of" in path]
        assert put[-1] == "run.json" and set(put) == ANALYSIS and len(put) == len(ANALYSIS)


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("name", sorted(ANALYSIS))
def test_an_upload_that_breaks_off(s3, before, name):
    """No reader takes what is there for an analysis. The next attempt makes it whole."""
    if before:
        analyze()
    folder = "ds=2026-03-02/as_of=20260303T000000Z"
    s3.refuses = lambda method, path: method == "PUT" and path.endswith(f"{folder}/{name}")
    with pytest.raises(AirflowException, match=f"{folder}/{name}: .*Access Denied") as error:
        analyze(levels=["all"])
    assert type(error.value) is AirflowException, "it is retried"
    assert SECRET not in str(error.value)
    assert "run.json" not in names(f"{ROOT}/{folder}")
    s3.refuses = lambda method, path: False
    again = analyze(levels=["all"])
    assert names(f"{ROOT}/{folder}") == ANALYSIS and not again["days"][0]["empty"]


@pytest.mark.parametrize("storage, messages, kind, said", [
    ("store", ["s3://exports/none.csv"], AirflowException, "s3://store@exports/none.csv: .*let the run wait"),
    ("store", ["s3://no-such-bucket/none.csv"], AirflowException, "s3://store@no-such-bucket/none.csv: "),
    ("store", ["s3://exports/{{ dss }}.csv"], AirflowException,
     "'dss' is undefined: a template may have ds, ds_nodash"),
    ("none", ["s3://exports/messages.csv"], AirflowFailException, "s3://none@exports/messages.csv: .*`none`"),
    ("store", ["gs://exports/messages.csv"], AirflowFailException,
     "gs://store@exports.*apache-airflow-providers-google"),
    ("store", [f"s3://key:{TOKEN}@exports/m.csv"], AirflowFailException, "colon before the @"),
    ("store", ["s3:///messages.csv"], AirflowFailException, "names no bucket"),
    ("store", ["file://host/messages.csv"], AirflowFailException, "three slashes"),
])
def test_an_input_that_cannot_be_had(s3, storage, messages, kind, said):
    with pytest.raises(AirflowException, match=said) as error:
        analyze("s3://store@reports/daily", storage, input=messages)
    assert type(error.value) is kind
    assert TOKEN not in str(error.value) and SECRET not in str(error.value)
    assert names() <= {".owner.json"}


def test_an_input_that_may_not_be_read(s3):
    s3.refuses = lambda method, path: path == "/exports/messages.csv"
    with pytest.raises(AirflowException, match="s3://store@exports/messages.csv: "):
        analyze()


def test_what_is_known_of_a_failure(s3):
    fs = ObjectStoragePath("s3://store@exports").fs
    fs.pipe_file("exports/broken.csv", b"a,b\n1,2\n")
    with pytest.raises(AirflowFailException, match="65: s3:/store@exports/broken.csv"):
        analyze(input=["s3://exports/broken.csv"])
    assert names() == {".owner.json", "failed/run.json", "failed/rejects.csv"}
    analyze()
    assert not names(f"{ROOT}/failed")


def by_day(fs):
    """Put the first days of the sample there, an export each."""
    with open(MESSAGES, newline="") as file:
        header, *rows = csv.reader(file)
    at = header.index("created_at")
    for day in (f"2026-03-0{n}" for n in range(1, 6)):
        text = io.StringIO(newline="")
        csv.writer(text).writerows([header, *(row for row in rows if row[at].startswith(day))])
        fs.pipe_file(f"exports/daily/{day}.csv", text.getvalue().encode())


@pytest.mark.parametrize("messages, lead_days, read", [
    (["s3://exports/daily/{{ ds }}.csv"], 7, ["2026-03-03"]),
    (["s3://exports/daily/{day}.csv"], 0, ["2026-03-02", "2026-03-03"]),
    (["s3://exports/daily/{day}.csv"], 1, ["2026-03-01", "2026-03-02", "2026-03-03"]),
    (["s3://exports/daily/2026-03-02.csv", "s3://exports/daily/{{ data_interval_end.strftime('%Y-%m-%d') }}.csv"], 0,
     ["2026-03-02", "2026-03-04"]),
])
def test_templates_and_several_days(s3, messages, lead_days, read):
    by_day(ObjectStoragePath("s3://store@exports").fs)
    summary = analyze(input=messages, lead_days=lead_days, day="2026-03-03")
    assert summary["inputs"] == [f"s3:/store@exports/daily/{day}.csv" for day in read]


def test_a_folder_and_a_file_of_the_machine(s3, tmp_path, monkeypatch):
    """A name that is relative stays what it was."""
    fs = ObjectStoragePath("s3://store@exports").fs
    by_day(fs)
    for name in (".part", "_SUCCESS", "deeper/2026-01-01.csv"):
        fs.pipe_file(f"exports/daily/{name}", b"no messages")
    header = MESSAGES.read_text().splitlines(keepends=True)[0]
    (tmp_path / "more.csv").write_text(header)
    monkeypatch.chdir(tmp_path)
    summary = analyze(input=["s3://exports/daily", "more.csv"])
    assert summary["inputs"][-1] == str(tmp_path / "more.csv")
    assert summary["inputs"][0] == "s3:/store@exports/daily/2026-03-01.csv"
    assert len(summary["inputs"]) == 6


def test_a_policy_in_the_storage(s3):
    fs = ObjectStoragePath("s3://store@exports").fs
    fs.pipe_file("exports/policy.yaml", b"no: policy\n")
    with pytest.raises(AirflowFailException, match="78: .*s3:/store@exports/policy.yaml"):
        analyze(policy="s3://exports/policy.yaml")


def test_input_in_the_storage_and_root_on_the_disk(s3, tmp_path):
    summary = analyze(tmp_path / "reports")
    assert Path(summary["days"][0]["folder"], "run.json").exists()
    assert names() == set()


@pytest.mark.parametrize("root", ["{}/reports", "file://{}/reports"])
def test_on_the_disk_nothing_is_copied(tmp_path, monkeypatch, root):
    def copied(*_, **__):
        raise AssertionError("a folder for copies")
    monkeypatch.setattr(tempfile, "mkdtemp", copied)
    summary = analyze(root.format(tmp_path), None, input=[f"file://{MESSAGES}"])
    assert summary["inputs"] == [str(MESSAGES)]
    assert summary["days"][0]["folder"].startswith(f"{tmp_path}/reports/ds=")


@pytest.fixture
def window(s3):
    """The window of 2 March, analysed."""
    return analyze(pairs=True)["days"][0]


def test_a_day_is_published(window):
    said = PublishDay(task_id="p", window=window).execute(context())
    assert said["changed"] and said["report"] == f"{ROOT}/ds=2026-03-02/report.csv"
    assert where(said["report"]).read_bytes() == (where(window["folder"]) / "report.csv").read_bytes()
    assert not PublishDay(task_id="p", window=window).execute(context())["changed"]


def test_the_greatest_as_of_is_published_in_every_order(s3):
    made = []
    for day in ("2026-03-02", "2026-03-03", "2026-03-05"):
        found = analyze(day=day, trailing_days=3)["days"]
        made += [Window(**one) for one in found if one["day"] == "2026-03-02"]
    home = made[0].home
    for order in permutations(made):
        for name in ("report.csv", "published.json"):
            (home / name).unlink(missing_ok=True)
        latest = order[0]
        for one in order:
            if one.as_of < latest.as_of:
                with pytest.raises(Behind):
                    publish(one)
            else:
                publish(one)
                latest = one
        assert (home / "report.csv").read_bytes() == (where(made[-1].folder) / "report.csv").read_bytes()


def deliver(window, **params):
    return DeliverDay(task_id="d", window=window, conn_id="sav_api", program=SAV).execute(context(**params))


def test_a_delivery_goes_on_where_it_was(window, api, tmp_path):
    """Every third request fails, and the program does not retry: its journal comes by the storage."""
    api("--status-every", "3=503", retries=0)
    attempts = 0
    while True:
        attempts += 1
        try:
            summary = deliver(window)
            break
        except AirflowException as error:
            assert "ended with 75" in str(error)
    assert attempts > 1
    assert len((tmp_path / "received.jsonl").read_text().splitlines()) == summary["report_rows"]
    run = json.loads((where(window["folder"]) / "run.json").read_bytes())
    assert run["delivery"]["pending"] == 0 and any("journal" in name for name in names(window["folder"]))
    with pytest.raises(AirflowSkipException, match="same bytes"):
        deliver(window)


def test_a_day_is_loaded(window, monkeypatch, script):
    stored = Connection(conn_id="sav_load", conn_type="mysql", host="db", login="me", password=TOKEN, schema="s",
                        extra='{"table": "t", "pairs-table": "p"}')
    monkeypatch.setattr(connections.Connection, "get", lambda conn_id: stored)
    program = script("""cd "$3"; echo '{"files": "'"$(echo *)"'"}'""")
    summary = LoadDay(task_id="l", window=window, conn_id="sav_load", program=program).execute(context())
    assert summary["files"].split() == ["pairs.csv", "report.csv", "run.json"]


def test_what_is_superseded_is_removed(s3):
    for day in ("2026-03-02", "2026-03-03"):
        for one in analyze(day=day)["days"]:
            publish(Window(**one))
    old = f"{ROOT}/ds=2026-03-02/as_of=20260303T000000Z"
    now = max(where(old).files().values()) + DAY
    assert clean(where(ROOT), 2, now) == []
    assert clean(where(ROOT), 0.5, now) == [old]
    assert names(old) == set() and names(f"{ROOT}/ds=2026-03-02/as_of=20260304T000000Z")


def test_one_root_one_owner(s3):
    analyze()
    with pytest.raises(Taken, match="root of its own"):
        take_root(where(ROOT), {"dag": "another", "zone": "UTC"})


def test_lineage_names_no_connection():
    assert lineage.file("s3://store@exports/a/b.csv") == ("s3://exports", "a/b.csv")


def test_the_wait_for_the_input(s3, capsys):
    def poke(name, quiet):
        task = WaitForInput(task_id="wait", storage="store", quiet=timedelta(seconds=quiet))
        return task.poke(context(input=[name]))
    assert not poke("s3://exports/daily/{{ ds }}.csv", 0)
    assert "s3://store@exports/daily/2026-03-02.csv is not there" in capsys.readouterr().out
    by_day(ObjectStoragePath("s3://store@exports").fs)
    assert poke("s3://exports/daily/{{ ds }}.csv", 0) and poke("s3://exports/daily/", 0)
    assert not poke("s3://exports/daily", 3600)


def test_a_place_is_held_by_one(s3):
    record = where(f"{ROOT}/ds=2026-03-02/published.json")
    held = []

    def use():
        for _ in range(3):
            with Place(record, poll=0.01):
                held.append("in")
                assert held.count("in") - held.count("out") == 1
                held.append("out")
    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert held == ["in", "out"] * 12


@pytest.fixture
def clock(monkeypatch):
    """Moves the clock of leases by so many seconds."""
    now = [1_900_000_000.0]
    monkeypatch.setattr(lease, "time", SimpleNamespace(time=lambda: now[0]))

    def move(seconds):
        now[0] += seconds
    return move


def test_a_lease_that_nobody_renews_ends(s3, clock):
    folder = where(f"{ROOT}/.lock")
    dead, one, other = (lease.Lease(folder, 120) for _ in range(3))
    dead._renew = lambda: None  # as if its process were killed
    assert dead.get() and not one.get()
    clock(119)
    assert not dead.lost() and not one.get()
    clock(2)
    assert dead.lost() and one.get() and not other.get()
    dead.close()
    assert not other.get()
    one.close()
    assert other.get()
    other.close()


def test_a_lease_that_cannot_be_given_back(s3, clock):
    """What was done under it is done."""
    held, other = (lease.Lease(where(f"{ROOT}/.lock"), 120) for _ in range(2))
    assert held.get()
    s3.refuses = lambda method, path: method == "PUT"
    held.close()
    s3.refuses = lambda method, path: False
    assert not other.get()
    clock(121)
    assert other.get()
    other.close()


def test_a_lease_is_renewed(s3, clock):
    held = lease.Lease(where(f"{ROOT}/.lock"), 120)
    renewals = iter([100, 100, 100])

    class Ended:
        @staticmethod
        def wait(_):
            for seconds in renewals:
                clock(seconds)
                return False
            return True

        def set(self):
            pass
    held._ended = Ended()
    assert held.get()
    held._renewing.join()
    assert not held.lost() and not lease.Lease(where(f"{ROOT}/.lock")).get()
    held.close()


def test_copies_are_gone_after_a_kill(s3, tmp_path):
    """Of our process by SIGKILL, when the program that it ran has ended by SIGTERM."""
    program = f"""
import logging, sys, tempfile
sys.path.insert(0, {str(Path(connections.__file__).parents[1])!r})
tempfile.tempdir = {str(tmp_path / "copies")!r}
from sav_airflow.command import Command
from sav_airflow.copies import Copies
with Copies("s3://store@exports/messages.csv") as copies:
    name = copies.take("s3://store@exports/messages.csv")
    Command("/bin/sh", ["-c", "ls -s " + name + " > " + {str(tmp_path / "ready")!r} + "; exec sleep 1000"], {{}},
            logging.getLogger("it"), folder=copies.folder, held=copies.held).run()
"""
    process = subprocess.Popen([sys.executable, "-c", program])
    try:
        while not (tmp_path / "ready").exists():
            assert process.poll() is None
            time.sleep(0.01)
        assert list((tmp_path / "copies").iterdir())
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    while list((tmp_path / "copies").iterdir()):
        time.sleep(0.01)


def test_copies_are_gone_after_a_failure(s3, tmp_path):
    with pytest.raises(RuntimeError):
        with Copies("s3://store@exports/messages.csv") as copies:
            copies.take("s3://store@exports/messages.csv")
            assert os.listdir(copies.folder)
            raise RuntimeError


@pytest.mark.parametrize("name, conn_id, text", [
    ("s3://bucket/key", None, "s3://bucket/key"),
    ("s3://bucket/key/", "store", "s3://store@bucket/key"),
    ("s3://other@bucket/key", "store", "s3://other@bucket/key"),
    ("s3://bucket", "store", "s3://store@bucket"),
    ("gs://bucket/a b/{period}", None, "gs://bucket/a b/{period}"),
])
def test_where_an_address_is(name, conn_id, text):
    place = where(name, conn_id)
    assert isinstance(place, Stored) and str(place) == text
    assert str(where(text)) == text
    assert str((place / "x").parent) == text and (place / "x").name == "x"


@pytest.mark.parametrize("name", ["/data/x", "x", "", "s3:/bucket/key", "a:b"])
def test_where_a_path_is(name):
    assert where(name) == Path(name)


@pytest.mark.parametrize("name", [f"s3://user:{TOKEN}@bucket/x", f"s3://[{TOKEN}/x", "s3://", "file://x/y"])
def test_what_is_no_address(name):
    with pytest.raises(NoStorage) as error:
        where(name)
    assert TOKEN not in str(error.value)


def test_a_dag_through_airflow(dags_test, s3, receiver, tmp_path):
    """A day by "airflow dags test", all in the storage; no secret is in its log."""
    environment = os.environ | {
        "SAV_DAILY_ROOT": "s3://reports/{{ dag.dag_id }}", "SAV_DAILY_STORAGE": "store",
        "SAV_DAILY_INPUT": "s3://exports/messages.csv",
        "AIRFLOW_CONN_SAV_API": json.dumps({"conn_type": "http", "host": receiver(), "password": TOKEN}),
    }
    done = subprocess.run(["airflow", "dags", "test", "sav_daily", "2026-03-05T12:00", "--conf",
                           '{"trailing_days": 1}'],
                          env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
    assert done.returncode == 0 and "state=success" in done.stdout, done.stdout[-5000:]
    assert SECRET not in done.stdout and TOKEN not in done.stdout
    found = names("s3://store@reports/sav_daily")
    for day in ("2026-03-03", "2026-03-04"):
        assert {f"ds={day}/report.csv", f"ds={day}/published.json",
                f"ds={day}/as_of=20260305T000000Z/run.json"} <= found
