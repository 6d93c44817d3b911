"""Run one formulation in DuckDB: run.py window|sorted|asof|light INPUT OUTPUT

A whole report is read.sql, the formulation (window and asof after load.sql), then report.sql. The
input is CSV or Parquet. All threads, and DuckDB's other settings as they are.
"""

import pathlib
import sys

import duckdb

HERE = pathlib.Path(__file__).parent
PARTS = {
    "window": ["read", "load", "window", "report"],
    "sorted": ["read", "sorted", "report"],
    "asof": ["read", "load", "asof", "report"],
    "light": ["read", "light"],
}
TYPES = {
    "message_id": "INTEGER", "conversation_id": "INTEGER", "created_at": "TIMESTAMP",
    "sender_user_id": "INTEGER", "client_user_id": "INTEGER", "merchant_user_id": "INTEGER",
    "merchant_id": "INTEGER", "country": "VARCHAR",
}


def reader(source):
    """The expression that reads the source, as one writes it for that file."""
    if source.endswith(".parquet"):
        return f"read_parquet('{source}')"
    with open(source, encoding="utf-8") as f:
        body = {"body": "VARCHAR"} if f.readline().rstrip().endswith(",body") else {}
    return (f"read_csv('{source}', auto_detect = false, header = true, delim = ',', quote = '\"', "
            f"escape = '\"', new_line = '\\n', columns = {TYPES | body})")


def main(formulation, source, target):
    con = duckdb.connect()
    con.execute(f"CREATE TEMP VIEW input AS FROM {reader(source)}")
    for part in PARTS[formulation]:
        con.execute((HERE / f"{part}.sql").read_text())
    con.sql("FROM report").write_csv(target, header=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
