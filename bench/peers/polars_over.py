"""The whole report with Polars, by window functions over each conversation: polars_over.py INPUT OUTPUT

The rows are put in the order of time, which is nearly that of the file, and not of conversations.
"""

import polars as pl

from polars_common import by_time, is_client, main, t


def pair(rows):
    id = "conversation_id"
    after_client = is_client.shift(fill_value=False).over(id)
    turn_dt = pl.col("turn_dt")
    return (
        rows.sort(by_time(rows), maintain_order=True)
        .lazy()
        .unique(["conversation_id", "message_id"], keep="first", maintain_order=True)
        .with_columns(written=is_client.cum_sum().over(id), after_client=after_client)
        # A client message after none or after a merchant's opens a turn, a merchant message after
        # a client's closes it.
        .filter(is_client != pl.col("after_client"))
        .with_columns(turn_dt=pl.when(~is_client).then(t - t.shift().over(id)))
        .group_by(id)
        .agg(
            pl.col("country").first(),
            pl.col("merchant_id").first(),
            turn_dt.drop_nulls().first().alias("dt"),
            pl.when(~is_client).then(pl.col("written").cast(pl.Int64)).min().alias("exch_nr"),
            turn_dt.count().cast(pl.Int64).alias("turns"),
            turn_dt.sum(),
        )
        .collect()
    )


if __name__ == "__main__":
    main(pair)
