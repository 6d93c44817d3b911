import re
import subprocess

import pytest
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from conftest import SAV
from sav_airflow import connections


@pytest.fixture
def connection(monkeypatch):
    """Makes the connection that is found."""
    def make(**fields):
        found = Connection(conn_id="c", **fields)

        class Found:
            get = staticmethod(lambda _: found)
        monkeypatch.setattr(connections, "Connection", Found)
    return make


@pytest.fixture
def no_connection(monkeypatch):
    class Missing:
        @staticmethod
        def get(conn_id):
            raise AirflowNotFoundException(conn_id)
    monkeypatch.setattr(connections, "Connection", Missing)


@pytest.mark.parametrize("name, fields, dsn", [
    ("mysql", dict(conn_type="mysql", host="db", login="me", schema="shop"), "mysql://me@db/shop"),
    ("port", dict(conn_type="postgres", host="db", port=5433, login="me", schema="shop"), "postgres://me@db:5433/shop"),
    ("IPv6", dict(conn_type="mysql", host="::1", port=3306, login="me", schema="shop"), "mysql://me@[::1]:3306/shop"),
    ("signs", dict(conn_type="mysql", host="db", login="m@e/", schema="a b"), "mysql://m%40e%2F@db/a%20b"),
    ("parameters", dict(conn_type="postgres", host="db", login="me", schema="shop", extra='{"sslmode": "verify-full"}'),
     "postgres://me@db/shop?sslmode=verify-full"),
    ("socket", dict(conn_type="mysql", login="me", schema="shop", extra='{"socket": "/run/db.sock"}'),
     "mysql://me@/shop?socket=%2Frun%2Fdb.sock"),
])
def test_database(connection, name, fields, dsn):
    connection(password="p:w@", **fields)
    assert connections.database("c") == {"SAV_DSN": dsn, "SAV_DSN_PASSWORD": "p:w@"}


def test_options_of_a_database(connection):
    connection(conn_type="mysql", host="db", login="me", schema="shop", extra='{"table": "sav", "tls": "true"}')
    assert connections.database("c") == {
        "SAV_DSN": "mysql://me@db/shop?tls=true", "SAV_DSN_PASSWORD": "", "SAV_TABLE": "sav"}


def test_loading(connection):
    connection(conn_type="postgres", host="db", login="me", schema="shop", password="p",
               extra='{"table": "sav", "pairs-table": "conversations", "source": "fr", "create": true, '
                      '"sslmode": "require"}')
    report = {"SAV_DSN": "postgres://me@db/shop?sslmode=require", "SAV_DSN_PASSWORD": "p", "SAV_TABLE": "sav",
              "SAV_SOURCE": "fr", "SAV_CREATE": "true"}
    assert connections.loading("c") == report
    assert connections.loading("c", pairs=True) == report | {"SAV_PAIRS_TABLE": "conversations"}


def test_loading_needs_a_table(connection):
    connection(conn_type="postgres", host="db", login="me", schema="shop", password="never-shown")
    with pytest.raises(connections.Unusable, match="needs a table") as error:
        connections.loading("c")
    assert "never-shown" not in str(error.value)


@pytest.mark.parametrize("fields", [
    dict(conn_type="mysql", host="db", login="me"),
    dict(conn_type="mysql", host="db", schema="shop"),
    dict(host="db", login="me", schema="shop"),
])
def test_unusable_database(connection, fields):
    connection(password="never-shown", **fields)
    with pytest.raises(connections.Unusable) as error:
        connections.database("c")
    assert "never-shown" not in str(error.value)


def test_api(connection):
    connection(conn_type="http", host="https://api.example.com/v1", password="t",
               extra='{"rate": 5, "ca-file": "/etc/ca.pem", "gzip": true}')
    assert connections.api("c", None) == {
        "SAV_URL": "https://api.example.com/v1", "SAV_TOKEN": "t",
        "SAV_RATE": "5", "SAV_CA_FILE": "/etc/ca.pem", "SAV_GZIP": "true"}


@pytest.mark.parametrize("url", ["https://api.example.com/v2", "https://API.example.com:443/v2"])
def test_a_url_on_the_same_server(connection, url):
    connection(conn_type="http", host="https://api.example.com/v1", password="t")
    assert connections.api("c", url) == {"SAV_URL": url, "SAV_TOKEN": "t"}


@pytest.mark.parametrize("url", [
    "https://evil.example.com/v1", "http://api.example.com/v1", "https://api.example.com:8443/v1",
    "https://api.example.com@evil.example.com/v1",
])
def test_the_token_goes_to_its_own_server_only(connection, url):
    connection(conn_type="http", host="https://api.example.com/v1", password="never-shown")
    with pytest.raises(connections.Unusable, match="another server") as error:
        connections.api("c", url)
    assert "never-shown" not in str(error.value)


@pytest.mark.parametrize("host", [None, "", "api.example.com"])
def test_a_host_that_is_no_url(connection, host):
    connection(conn_type="http", host=host, password="t")
    with pytest.raises(connections.Unusable, match="whole URL"):
        connections.api("c", "https://api.example.com")


@pytest.mark.parametrize("host, url", [
    ("https://api.example.com:never-shown/v1", None), ("https://api.example.com:99999", None),
    ("https://[never-shown/v1", None), ("https://api.example.com", "https://api.example.com:x/"),
])
def test_what_cannot_be_read_is_not_tried_again(connection, host, url):
    connection(conn_type="http", host=host, password="t")
    with pytest.raises(connections.Unusable, match="cannot be read") as error:
        connections.api("c", url)
    assert "never-shown" not in str(error.value)


def test_a_url_without_a_connection(no_connection):
    with pytest.raises(connections.Unusable, match="cannot be read"):
        connections.api("c", "https://api.example.com:x/")
    assert connections.api("c", "https://api.example.com") == {"SAV_URL": "https://api.example.com"}
    with pytest.raises(AirflowNotFoundException):
        connections.api("c", None)


@pytest.mark.parametrize("extra, says", [
    ('{"dry-run": true}', "'dry-run'"), ('{"replay": true}', "'replay'"), ('{"out": "/tmp"}', "'out'"),
    ('{"concurency": 4}', "did you mean 'concurrency'"), ('{"ca_file": "/etc/ca.pem"}', "did you mean 'ca-file'"),
])
def test_what_is_no_option_of_an_api(connection, extra, says):
    connection(conn_type="http", host="https://api.example.com/v1", password="never-shown", extra=extra)
    with pytest.raises(connections.Unusable, match=says) as error:
        connections.api("c", None)
    assert "never-shown" not in str(error.value)


def test_the_options_are_those_of_the_program():
    """All that "sav deliver" has, but for what is of a run and for what an API's connection holds elsewhere."""
    usage = subprocess.run([SAV, "deliver", "--help"], capture_output=True, text=True, check=True).stdout
    delivery = usage.partition("\ndelivery\n")[2]
    assert set(re.findall(r"^ +--([a-z-]+)", delivery, re.MULTILINE)) - {"url", "token-file"} == connections.OPTIONS
