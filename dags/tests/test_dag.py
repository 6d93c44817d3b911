import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

DAGS = Path(__file__).resolve().parents[1]
PAGE = DAGS.parent / "docs" / "airflow.md"


@pytest.fixture(scope="module")
def bag():
    from airflow.dag_processing.dagbag import DagBag
    return DagBag(str(DAGS))


NAMES = ["sav_daily", "sav_daily_spark"]


@pytest.fixture(scope="module", params=NAMES)
def dag(bag, request):
    return bag.dags[request.param]


def test_the_folder_holds_the_dags_without_errors_or_warnings(bag, capsys):
    assert bag.import_errors == {}
    assert {file: said for file, said in bag.captured_warnings.items() if str(DAGS) in file} == {}
    assert sorted(bag.dags) == NAMES
    for stats in [s for s in bag.dagbag_stats if s.dag_num]:
        assert (stats.dag_num, stats.warning_num) == (1, 0)
        with capsys.disabled():
            print(f" ({stats.file} was parsed in {stats.duration.total_seconds():.2f} s) ", end="")


@pytest.mark.parametrize("module", NAMES)
def test_importing_it_does_no_work(module):
    """It starts no process, opens no connection or database, and writes no file.

    Watched is a second import: the first one also loads modules of Airflow, which do such things.
    """
    program = """
import sys
import sav_daily
for name in [n for n in sys.modules if n.startswith("sav_")]:
    del sys.modules[name]
done = []
def watch(event, arguments):
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect",
                 "socket.getaddrinfo", "sqlite3.connect", "os.mkdir", "os.rename", "os.remove"):
        done.append((event, str(arguments)))
    if event == "open" and isinstance(arguments[1], str) and set("wax+") & set(arguments[1]):
        done.append((event, str(arguments)))
sys.addaudithook(watch)
import sav_daily
print(done)
"""
    done = subprocess.run([sys.executable, "-B", "-c", program.replace("sav_daily", module)], cwd=DAGS,
                          capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "[]"), done.stderr


TEARDOWNS = {"announce", "clean"}


def graph(dag):
    return {t.task_id: t.downstream_task_ids for t in dag.tasks}


def test_the_graph(bag):
    assert graph(bag.dags["sav_daily"]) == {
        "analyze": {"days"}, "days": {"day.publish", "day.deliver"},
        "day.publish": TEARDOWNS, "day.deliver": TEARDOWNS, "announce": set(), "clean": set(),
    }


def test_the_graph_on_spark(bag):
    assert graph(bag.dags["sav_daily_spark"]) == {
        "days": {"day.analyze", "day.publish", "day.deliver"}, "day.analyze": {"day.publish", "day.deliver"},
        "day.publish": TEARDOWNS, "day.deliver": TEARDOWNS, "announce": set(), "clean": set(),
    }


def test_what_comes_last_is_no_part_of_the_state(dag):
    """A day that failed is a run that failed."""
    assert {t.task_id for t in dag.tasks if t.is_teardown} == TEARDOWNS


@pytest.mark.parametrize("module", NAMES)
def test_reports_are_loaded_where_a_connection_is_named(module, monkeypatch):
    program = f"""
import {module}
load = {module}.{module}().get_task("day.load")
print(load.conn_id, sorted(load.upstream_task_ids), sorted(load.downstream_task_ids))
"""
    monkeypatch.setenv("SAV_DAILY_LOAD", "sav_load")
    done = subprocess.run([sys.executable, "-B", "-c", program], cwd=DAGS, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "sav_load" in done.stdout and "announce" in done.stdout


def test_the_settings(dag):
    assert (dag.catchup, dag.max_active_runs) == (False, 1)
    assert dag.tags == {"sav", "daily"}
    assert "trailing_days" in dag.doc_md
    for task in dag.tasks:
        assert task.retries == 5 and task.retry_exponential_backoff == 2 and task.max_retry_delay
        assert timedelta(0) < task.execution_timeout
        assert task.on_failure_callback
    assert {t.task_id for t in dag.tasks if t.outlets} == {"announce"}


def test_two_dags_share_no_root_and_no_asset(bag):
    assets = [bag.dags[name].get_task("announce").outlets[0].name for name in NAMES]
    assert assets == ["sav_report", "sav_report_spark"]


def test_the_delivery_ends_before_its_time_is_over(dag):
    deliver = dag.get_task("day.deliver")
    name, seconds = deliver.arguments
    assert name == "--deadline" and timedelta(seconds=int(seconds.rstrip("s"))) < deliver.execution_timeout


@pytest.mark.parametrize("given, names", [
    ("", []), ("/a.csv", ["/a.csv"]), ("/a.csv:b.csv:", ["/a.csv", "b.csv"]),
    ("s3://b/{day}.csv", ["s3://b/{day}.csv"]),
    ("/a.csv:s3://c@b/a.csv:gs://b/c.csv", ["/a.csv", "s3://c@b/a.csv", "gs://b/c.csv"]),
])
def test_the_input_by_a_variable(given, names, monkeypatch):
    monkeypatch.setenv("SAV_DAILY_INPUT", given)
    program = "from sav_airflow.params import INPUT; print(INPUT)"
    done = subprocess.run([sys.executable, "-B", "-c", program], cwd=DAGS, capture_output=True, text=True)
    assert done.stdout.endswith(f"{names}\n"), done.stderr


@pytest.mark.parametrize("module", NAMES)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris"])
def test_one_setting_for_the_zone(module, zone, monkeypatch):
    program = """
import sav_daily, sys
dag = sav_daily.sav_daily()
analyze, = (task for task in dag.tasks if task.task_id.endswith("analyze"))
print(dag.timetable.timezone, dag.params["tz"], analyze.zone, sep="\\n")
"""
    monkeypatch.setenv("SAV_DAILY_TZ", zone)
    done = subprocess.run([sys.executable, "-B", "-c", program.replace("sav_daily", module)], cwd=DAGS,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-3:] == [zone] * 3


@pytest.mark.parametrize("name, good, bad", [
    ("input", [[], ["a.csv", "b.csv"]], ["a.csv", [1], None]),
    ("url", [None, "https://api.example.com", "https://api.example.com:8443/v1?of=sav", "http://127.0.0.1:80"],
     ["ftp://api.example.com", "https://user:password@api.example.com", "https://", 1]),
    ("levels", [["all"], ["merchant", "country"]], [[], ["everything"], ["all", "all"], "all"]),
    ("max_reject_rate", [0, 0.5, 1], [-0.1, 1.1, "0.1"]),
    ("trailing_days", [0, 7], [-1, 1.5, 367, "7"]),
    ("policy", [None, "/etc/sav/policy.yaml"], ["", 1]),
    ("within", [["24h"], ["1h", "90m", "7d"]], [[], ["soon"], ["1h30m"], "24h", None]),
    ("new_after", [None, "12h", "7d", "1h30m"], ["", "12", "soon", 12]),
    ("keep_days", [None, 1, 30], [0, "30", 1.5]),
    ("day", [None, "2026-03-01"], ["yesterday", 1]),
    ("tz", ["UTC"], ["Europe/Paris", None]),
])
def test_the_schema_of_params(dag, name, good, bad):
    check_param(dag, name, good, bad)


@pytest.mark.parametrize("dag, name, good, bad", [
    ("sav_daily", "connection", ["db"], [None, 1]),
    ("sav_daily", "max_lag", [None, "6h"], ["", "6", 6]),
    ("sav_daily", "min_conversations", [0, 10], [-1, "1", None]),
    ("sav_daily", "pairs", [True, False], [None, "yes"]),
    ("sav_daily_spark", "table", ["messages", "shop.messages"], [None, 1, ""]),
    ("sav_daily_spark", "partitions", [1, 64], [0, 1.5, "7", None]),
])
def test_the_schema_of_params_of_one(bag, dag, name, good, bad):
    check_param(bag.dags[dag], name, good, bad)


def check_param(dag, name, good, bad):
    from airflow.sdk.exceptions import ParamValidationError
    param = dag.params.get_param(name)
    for value in good:
        assert param.resolve(value) == value
    for value in bad:
        with pytest.raises(ParamValidationError):
            param.resolve(value)


def test_the_operators_of_the_page():
    """The one of the Kubernetes provider, which is not installed, is only read."""
    from airflow.sdk import DAG
    bash, kubernetes = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    with DAG("of_the_page") as dag:
        exec(bash)
    task, = dag.tasks
    assert task.skip_on_exit_code == [99] and task.do_xcom_push
    compile(kubernetes, str(PAGE), "exec")
