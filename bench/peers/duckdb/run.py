"""Run one formulation in DuckDB: run.py window|sorted|asof|light INPUT OUTPUT

A whole report is load.sql, then the formulation, then report.sql; light.sql stands alone.
All threads, and DuckDB's other settings as they are.
"""

import pathlib
import sys

import duckdb

HERE = pathlib.Path(__file__).parent


def main(formulation, source, target):
    parts = ["light"] if formulation == "light" else ["load", formulation, "report"]
    con = duckdb.connect()
    con.execute("SET VARIABLE input = ?", [source])
    for part in parts:
        con.execute((HERE / f"{part}.sql").read_text())
    con.sql("FROM report").write_csv(target, header=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
