"""The whole report with Polars, by one sort of all rows: polars_sort.py INPUT OUTPUT

In the sorted rows the message before is the row before, so shifts of whole columns do the rest.
"""

import polars as pl

from polars_common import conversation, is_client, main, t


def without_duplicates(rows):
    """Where message ids ascend within a conversation there is none; only the others are searched."""
    same, id = conversation == conversation.shift(), pl.col("message_id")
    suspects = rows.filter(same & (id > id.shift()).not_().fill_null(True))["conversation_id"].unique()
    rows = rows.with_row_index("pos")
    searched = rows.filter(conversation.is_in(suspects.implode()) & id.is_not_null())
    repeated = searched.filter(~pl.struct("conversation_id", "message_id").is_first_distinct())["pos"]
    return rows.filter(~pl.col("pos").is_in(repeated.implode()))


def pair(rows):
    rows = without_duplicates(rows.sort("conversation_id", "t", "message_id", maintain_order=True))
    before = (conversation == conversation.shift()) & is_client.shift()
    n = pl.col("n")
    turn = is_client & (conversation.shift(-1) == conversation).fill_null(False)
    turn_dt = pl.when(turn).then(t.shift(-1) - t)
    # A client message after none or after a merchant's opens a turn, a merchant message after a
    # client's closes it. What is left alternates: open, close, open, close.
    turns = (
        rows.with_columns(n=pl.int_range(pl.len()))
        .filter(is_client != before.fill_null(False))
        .with_columns(
            first=(conversation != conversation.shift()).fill_null(True),
            dt=turn_dt,
            exch_nr=pl.when(turn).then(n.shift(-1) - n),
        )
        .filter(is_client)
        # What a conversation adds to the running sums are its turns.
        .with_columns(count_to=pl.col("dt").is_not_null().cum_sum(), sum_to=pl.col("dt").fill_null(0).cum_sum())
        .with_columns(
            count_before=pl.col("count_to").shift(fill_value=0).cast(pl.Int64),
            sum_before=pl.col("sum_to").shift(fill_value=0),
        )
    )
    count, total = turns["count_to"].cast(pl.Int64).last(), turns["sum_to"].last()
    return turns.filter("first").select(
        "country", "merchant_id", "dt", "exch_nr",
        turns=pl.col("count_before").shift(-1, fill_value=count) - pl.col("count_before"),
        turn_dt=pl.col("sum_before").shift(-1, fill_value=total) - pl.col("sum_before"),
    )


if __name__ == "__main__":
    main(pair)
