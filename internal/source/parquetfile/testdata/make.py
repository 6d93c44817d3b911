#!/usr/bin/env python3
"""Write the Parquet files of this folder: make.py, with duckdb, pandas, polars and pyarrow installed.

Each has the messages of messages.csv, in the types and encodings that its writer chooses.
"""

import pathlib

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parent
SOURCE = str(HERE / "messages.csv")


def main():
    duckdb.sql(f"COPY (FROM read_csv('{SOURCE}')) TO '{HERE}/duckdb.parquet' (FORMAT parquet)")
    duckdb.sql(f"COPY (FROM read_csv('{SOURCE}')) TO '{HERE}/duckdb-v2-zstd.parquet'"
               " (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd)")

    # sender_user_id has missing values, so that pandas makes a float of it
    rows = pd.read_csv(SOURCE, parse_dates=["created_at"])
    rows.to_parquet(HERE / "pandas.parquet")

    pl.read_csv(SOURCE, try_parse_dates=True).write_parquet(HERE / "polars.parquet")

    table = pa.Table.from_pandas(rows, preserve_index=False)
    pq.write_table(table, HERE / "pyarrow-int96.parquet", use_deprecated_int96_timestamps=True, compression="brotli")
    table = table.set_column(0, "message_id", table["message_id"].cast(pa.uint32()))
    table = table.set_column(1, "conversation_id", table["conversation_id"].cast(pa.string()).dictionary_encode())
    pq.write_table(table, HERE / "pyarrow-delta.parquet", use_dictionary=False, data_page_version="2.0",
                   compression="gzip", write_page_checksum=True, row_group_size=70, data_page_size=256,
                   column_encoding={"created_at": "DELTA_BINARY_PACKED", "message_id": "DELTA_BINARY_PACKED",
                                    "conversation_id": "DELTA_BYTE_ARRAY", "country": "DELTA_LENGTH_BYTE_ARRAY",
                                    "merchant_id": "BYTE_STREAM_SPLIT"})


if __name__ == "__main__":
    main()
