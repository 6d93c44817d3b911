"""What the tests share. They need the environment of "make airflow-test": that of scripts/airflow.sh,
with the servers of scripts/databases.sh.
"""

import json
import os
import pathlib
import signal
import stat
import subprocess
import sys
from importlib.metadata import version
from urllib.parse import parse_qsl, urlsplit

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "dags"), str(ROOT / "scripts" / "airflow")]

SAV = os.environ.get("SAV_DAILY_PROGRAM", str(ROOT / "bin" / "sav"))
MESSAGES = ROOT / "testdata" / "messages.csv"


def pytest_configure(config):
    # Told to end, we stop what we have started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Airflow's, about a library of its own.
    config.addinivalue_line("filterwarnings", "ignore:GitWildMatchPattern")


@pytest.fixture
def sav():
    """Runs sav to its end and returns its exit status and summary."""
    def run(*arguments):
        done = subprocess.run([SAV, *map(str, arguments)], capture_output=True, text=True)
        return done.returncode, json.loads(done.stdout.splitlines()[-1])
    return run


@pytest.fixture
def script(tmp_path):
    """Makes a program out of lines of shell, to stand in for sav; returns its path."""
    def make(*lines):
        path = tmp_path / "sav-script"
        path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)
    return make


@pytest.fixture(scope="session")
def database():
    """Airflow's own, made once."""
    subprocess.run(["airflow", "db", "migrate"], check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def dags_test(database):
    """What "airflow dags test" needs."""
    if version("apache-airflow") < "3.3":
        pytest.skip('"airflow dags test" of 3.2 does not wait until its own API is there, and fails on a busy machine')


@pytest.fixture(scope="session")
def messages_table():
    """A table of messages in MariaDB, as what connection sav_db is set to."""
    dsn = urlsplit(os.environ["SAV_TEST_MYSQL_DSN"])
    subprocess.run([SAV, "generate", "--messages", "20000", "--dsn", dsn.geturl(), "--table", "airflow_messages"],
                   check=True, stdout=subprocess.DEVNULL)
    return json.dumps({"conn_type": "mysql", "host": dsn.hostname, "port": dsn.port, "login": dsn.username,
                       "password": os.environ["SAV_DSN_PASSWORD"], "schema": dsn.path.strip("/"),
                       "extra": {"table": "airflow_messages"}})


@pytest.fixture(scope="session")
def load_connection():
    """Makes a connection to PostgreSQL, that reports are loaded into a table by."""
    dsn = urlsplit(os.environ["SAV_TEST_POSTGRES_DSN"])

    def make(table):
        return {"conn_type": "postgres", "host": dsn.hostname, "port": dsn.port, "login": dsn.username,
                "password": os.environ["SAV_DSN_PASSWORD"], "schema": dsn.path.strip("/"),
                "extra": dict(parse_qsl(dsn.query)) | {"table": table, "pairs-table": f"{table}_pairs", "create": True}}
    return make


@pytest.fixture
def receiver(tmp_path):
    """Starts "sav receive" with the options given, once; returns its URL. Its token is TOKEN."""
    from server import Receiver
    started = []

    def start(*options, out=tmp_path / "received.jsonl"):
        started.append(Receiver(SAV, out, TOKEN, options))
        return started[-1].url
    yield start
    for process in started:
        process.stop()


TOKEN = "token-that-nobody-may-see"
