"""What the tests share: a master and two workers as processes of their own on loopback, in the environment
of scripts/spark.sh, which ends them if these tests cannot.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "spark"))
SAV = os.environ["SAV_SPARK_PROGRAM"]
PLACE = pathlib.Path(os.environ["SAV_SPARK_ROOT"])


class Daemon:
    """A process of Spark, in a group with all that it starts."""

    def __init__(self, name, *arguments):
        self.log = PLACE / f"{name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(["spark-class", *arguments], stdout=log, stderr=log, start_new_session=True,
                                            env=os.environ | {"SPARK_DAEMON_MEMORY": "256m"})
        (PLACE / f"{name}.pid").write_text(str(self.process.pid))

    def wait_for(self, pattern):
        """What a line of its log says, once it does."""
        for _ in range(1200):
            if found := re.search(pattern, self.log.read_text(errors="replace")):
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(self.log.read_text(errors="replace")[-2000:])

    def kill(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Cluster:
    def __init__(self):
        self.master = Daemon("master", "org.apache.spark.deploy.master.Master",
                             "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        self.url = self.master.wait_for(r"Starting Spark master at (spark://\S+)")
        self.workers, self.started = [], 0
        for _ in range(2):
            self.add_worker()

    def add_worker(self):
        self.started += 1
        name = f"worker-{self.started}"
        worker = Daemon(name, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--port", "0",
                        "--webui-port", "0", "--cores", "1", "--memory", "1g", "--work-dir", str(PLACE / name),
                        self.url)
        worker.wait_for(r"Successfully registered with master (\S+)")
        self.workers.append(worker)

    def stop(self):
        for daemon in [*self.workers, self.master]:
            daemon.kill()


@pytest.fixture(scope="session")
def cluster():
    cluster = Cluster()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def spark(cluster, slow_sav, cut_sav):
    from pyspark.sql import SparkSession
    session = (SparkSession.builder.master(cluster.url).appName("tests")
               .config("spark.files", f"{SAV},{slow_sav},{cut_sav}")
               .config("spark.executor.memory", "768m").config("spark.driver.memory", "512m")
               .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
               .config("spark.cores.max", "2")
               .config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false").getOrCreate())
    session.sparkContext.setLogLevel("ERROR")
    session.sparkContext.addPyFile(str(ROOT / "spark" / "sav_spark.py"))  # here it is no program, but imported
    yield session
    session.stop()


@pytest.fixture(scope="session")
def slow_sav():
    """sav, whose shards say that they began and wait until they may go on."""
    path = PLACE / "slow-sav"
    path.write_text(f"""#!/bin/sh
if [ "$1" = shard ] && [ ! -e {PLACE}/go ]; then
	: >{PLACE}/began
	while [ ! -e {PLACE}/go ]; do sleep 0.1; done
fi
exec {SAV} "$@"
""")
    path.chmod(0o755)
    return path


@pytest.fixture(scope="session")
def cut_sav():
    """sav, whose shards lose the last byte of what they read."""
    path = PLACE / "cut-sav"
    path.write_text(f"""#!/bin/sh
[ "$1" != shard ] || {{ head -c -1 | {SAV} "$@"; exit; }}
exec {SAV} "$@"
""")
    path.chmod(0o755)
    return path


@pytest.fixture
def one(tmp_path):
    """Runs sav on this machine alone; returns its folder."""
    def run(*arguments):
        out = tmp_path / "one"
        subprocess.run([SAV, "analyze", *map(str, arguments), "--out", str(out)], check=True, stdout=subprocess.DEVNULL)
        return out
    return run


@pytest.fixture
def many(tmp_path, spark):
    """Runs sav on the cluster; returns the exit status and its folder."""
    import sav_spark
    def run(*arguments):
        out = tmp_path / "many"
        return sav_spark.run(spark, sav_spark.parse([*map(str, arguments), "--out", str(out)])), out
    return run


@pytest.fixture(scope="session")
def messages(tmp_path_factory):
    """Two files of messages, the second with all that is rejected or settled by its place in the input."""
    folder = tmp_path_factory.mktemp("messages")
    sample = folder / "sample.csv"
    lines = (ROOT / "testdata" / "messages.csv").read_text().splitlines()
    sample.write_text("\n".join(lines[:8000]) + "\n")
    columns = lines[0].split(",")
    odd = folder / "odd.csv"

    def row(**values):
        usual = {"created_at": "2026-03-01 10:00:00", "sender_user_id": "7", "client_user_id": "7",
                 "merchant_user_id": "8",
                 "merchant_id": "9", "conversation_id": "c", "message_id": "", "country": "FR"}
        return ",".join((usual | values).get(name, "") for name in columns)
    rows = [",".join(columns)]
    for i in range(400):  # many at one time: their order is that of the file
        rows.append(row(conversation_id=f"c{i % 20}", sender_user_id="78"[i * 7 % 5 % 2],
                        country=("FR", "de", "")[i % 3]))
    rows += [row(created_at="yesterday"), row(merchant_id=""), row(client_user_id="8"), '"a quote that is not closed',
             "1,2",
             row(conversation_id='"with ""quotes"", commas"', created_at="2026-03-01T12:00:00.123456+01:00")]
    odd.write_text("\n".join(rows) + "\n")
    return [sample, odd]


def same(one, many):
    """Whether two folders hold the same results."""
    import json
    for name in ("report.csv", "rejects.csv", "detail.json"):
        assert (one / name).read_bytes() == (many / name).read_bytes(), name
    ran = [json.loads((folder / "run.json").read_text()) for folder in (one, many)]
    for run in ran:
        del run["elapsed_s"], run["files"]
    assert ran[0] == ran[1]
