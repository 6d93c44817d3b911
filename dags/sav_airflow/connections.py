"""How connections reach the program: by its environment alone.

What a process has in its environment its owner alone can read. Its arguments anyone on the machine
can see, and Airflow logs and shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from urllib.parse import quote, urlencode, urlsplit

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException


# The options of "sav deliver" that a connection may have. What decides whether anything is sent, and
# what, belongs to a run.
OPTIONS = frozenset({"concurrency", "rate", "timeout", "retries", "max-backoff", "deadline", "ca-file",
                     "client-cert", "client-key", "gzip"})


class Unusable(ValueError):
    """A connection does not say what is needed."""


# The options of "sav load" that a connection may have.
LOADING = ("table", "pairs-table", "source", "create")


def database(conn_id: str) -> dict[str, str]:
    """The variables by which sav reads the database of a connection.

    The connection's type is mysql or postgres, its schema the database. Of its extra, `table` and
    `query` are options of sav, and anything else is a parameter of the DSN, such as sslmode.
    """
    return _of_database(conn_id, ("table", "query"))


def loading(conn_id: str, pairs: bool = False) -> dict[str, str]:
    """The variables by which sav loads a report into the database of a connection.

    It is like that of `database`; of its extra, those of LOADING are options of sav. `table` is needed, and
    `pairs-table` is of use only where there are pairs.
    """
    variables = _of_database(conn_id, LOADING)
    if not variables.get("SAV_TABLE"):
        raise Unusable(f"connection {conn_id} needs a table in its extra, such as {{\"table\": \"response_times\"}}")
    if not pairs:
        variables.pop("SAV_PAIRS_TABLE", None)
    return variables


def _of_database(conn_id: str, options: Sequence[str]) -> dict[str, str]:
    """The variables of a connection of a database, whose extra may hold some of the options."""
    conn = Connection.get(conn_id)
    if not (conn.conn_type and conn.login and conn.schema):
        raise Unusable(f"connection {conn_id} needs a type, a login, and the database as its schema")
    extra = dict(conn.extra_dejson)
    variables = {_variable(name): _text(extra.pop(name)) for name in options if name in extra}
    host = f"[{conn.host}]" if ":" in (conn.host or "") else conn.host or ""
    port = f":{conn.port}" if conn.port else ""
    dsn = f"{conn.conn_type}://{quote(conn.login, safe='')}@{host}{port}/{quote(conn.schema, safe='')}"
    variables["SAV_DSN"] = dsn + ("?" + urlencode(extra) if extra else "")
    return variables | {"SAV_DSN_PASSWORD": conn.password or ""}


def _variable(option: str) -> str:
    """The variable of an option of sav."""
    return "SAV_" + option.upper().replace("-", "_")


def _text(value: object) -> str:
    """A value of an extra as sav reads it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def api(conn_id: str, url: str | None) -> dict[str, str]:
    """The variables by which sav delivers to an API.

    The connection's host is the URL that batches are sent to, its password the token, and its extra
    holds some of OPTIONS by their names, such as {"rate": 5, "ca-file": "/etc/…"}.
    A url stands in place of the host, but only on the same server: whoever may start a run with a
    url of his own is not to be sent the token. With a url there need not be a connection.
    """
    try:
        conn = Connection.get(conn_id)
    except AirflowNotFoundException:
        if not url:
            raise
        _server(url)
        return {"SAV_URL": url}
    if not conn.host or "://" not in conn.host:
        raise Unusable(f"connection {conn_id} needs a whole URL as its host, such as https://api.example.com/v1")
    server = _server(conn.host)
    if url and _server(url) != server:
        raise Unusable(f"the url is on another server than that of connection {conn_id}, whose token it would get")
    for name in conn.extra_dejson:
        if name not in OPTIONS:
            near = get_close_matches(name, OPTIONS, 1)
            raise Unusable(f"connection {conn_id}: its extra has {name!r}, which is no option of a delivery"
                           + (f"; did you mean {near[0]!r}?" if near else f": {', '.join(sorted(OPTIONS))}"))
    variables = {_variable(name): _text(value) for name, value in conn.extra_dejson.items()}
    return variables | {"SAV_URL": url or conn.host, "SAV_TOKEN": conn.password or ""}


def _server(url: str) -> tuple:
    """Scheme, host and port of a URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # its text may quote what is secret
        raise Unusable("a URL cannot be read: look at its port and brackets") from None
    return parts.scheme, parts.hostname, port or {"http": 80, "https": 443}.get(parts.scheme)
