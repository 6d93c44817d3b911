"""The whole report with Polars, by join_asof: polars_asof.py INPUT OUTPUT

Each client message is joined with the next merchant message of its conversation. The client
messages that share one are a turn. The place in the order of time stands for time and message id,
since the join takes one column.
"""

import polars as pl

from polars_common import by_time, is_client, main


def pair(rows):
    ordered = (
        rows.sort(by_time(rows), maintain_order=True)
        .unique(["conversation_id", "message_id"], keep="first", maintain_order=True)
        .with_columns(n=pl.int_range(pl.len()))
    )
    merchant = ordered.filter(~is_client).select("conversation_id", "n", closed="n", closed_t="t").set_sorted("n")
    turns = (
        ordered.filter(is_client)
        .set_sorted("n")
        .join_asof(merchant, on="n", by="conversation_id", strategy="forward", check_sortedness=False)
        .lazy()
        .group_by("conversation_id", "closed", maintain_order=True)
        .agg(
            pl.col("country").first(),
            pl.col("merchant_id").first(),
            pl.len().cast(pl.Int64).alias("written"),
            (pl.col("closed_t").first() - pl.col("t").first()).alias("dt"),
        )
    )
    return (
        turns.group_by("conversation_id")
        .agg(
            pl.col("country").first(),
            pl.col("merchant_id").first(),
            pl.col("dt").first(),
            pl.when(pl.col("dt").first().is_not_null()).then(pl.col("written").first()).alias("exch_nr"),
            pl.col("dt").count().cast(pl.Int64).alias("turns"),
            pl.col("dt").sum().alias("turn_dt"),
        )
        .collect()
    )


if __name__ == "__main__":
    main(pair)
