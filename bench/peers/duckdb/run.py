"""Run one formulation in DuckDB: run.py window|sorted|asof|light INPUT OUTPUT

A whole report is read.sql, the formulation (window and asof after load.sql), then report.sql. The
input is CSV, Parquet, or JSON Lines as "sav generate" writes them; ids of a CSV file are integers of 32 bits, or texts, for which there is no
asof. All threads, and DuckDB's other settings as they are.
"""

import pathlib
import sys

import duckdb

HERE = pathlib.Path(__file__).parent
PARTS = {
    "window": ["read", "load", "window", "report"],
    "sorted": ["read", "sorted", "turns", "report"],
    "asof": ["read", "load", "asof", "report"],
    "light": ["read", "light"],
}
TEXTS = PARTS | {"sorted": ["read", "load", "sorted_texts", "turns", "report"], "asof": []}
TYPES = {
    "message_id": "INTEGER", "conversation_id": "INTEGER", "created_at": "TIMESTAMP",
    "sender_user_id": "INTEGER", "client_user_id": "INTEGER", "merchant_user_id": "INTEGER",
    "merchant_id": "INTEGER", "country": "VARCHAR",
}


# The columns of JSON Lines, and what they are called otherwise.
JSON_TYPES = {
    "id": "INTEGER", "conversation": "STRUCT(id INTEGER)", "sentAt": "TIMESTAMP", "sender": "STRUCT(user_id INTEGER)",
    "client": "STRUCT(user_id INTEGER)", "merchant": "STRUCT(user_id INTEGER, id INTEGER)", "country": "VARCHAR",
}
JSON_NAMES = """id AS message_id, conversation.id AS conversation_id, sentAt AS created_at, sender.user_id AS sender_user_id,
    client.user_id AS client_user_id, merchant.user_id AS merchant_user_id, merchant.id AS merchant_id, country"""


def has_texts(source):
    """Whether the ids of a CSV file are texts, by its first row."""
    if not source.endswith(".csv"):
        return False
    with open(source, encoding="utf-8") as f:
        f.readline()
        return not f.readline().split(",")[0].isdigit()


def reader(source):
    """The expression that reads the source, as one writes it for that file."""
    if source.endswith(".parquet"):
        return f"read_parquet('{source}')"
    if source.endswith(".jsonl"):
        return (f"(SELECT {JSON_NAMES} FROM read_json('{source}', format = 'newline_delimited', auto_detect = false, "
                f"columns = {JSON_TYPES}, timestampformat = '%Y-%m-%dT%H:%M:%SZ'))")
    with open(source, encoding="utf-8") as f:
        body = {"body": "VARCHAR"} if f.readline().rstrip().endswith(",body") else {}
    types = TYPES | body
    if has_texts(source):
        types = {name: "VARCHAR" if name.endswith("_id") else of for name, of in types.items()}
    return (f"read_csv('{source}', auto_detect = false, header = true, delim = ',', quote = '\"', "
            f"escape = '\"', new_line = '\\n', columns = {types})")


def main(formulation, source, target):
    con = duckdb.connect()
    con.execute(f"CREATE TEMP VIEW input AS FROM {reader(source)}")
    texts = has_texts(source)
    for part in (TEXTS if texts else PARTS)[formulation]:
        statements = (HERE / f"{part}.sql").read_text()
        if texts:  # at one time clients come first where ids are no integers
            statements = statements.replace("t, message_id", "t, is_client DESC, message_id")
        con.execute(statements)
    con.sql("FROM report").write_csv(target, header=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
