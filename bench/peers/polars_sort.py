"""The whole report with Polars, by one sort of all rows: polars_sort.py INPUT OUTPUT

In the sorted rows the message before is the row before, so shifts of whole columns do the rest.
"""

import polars as pl

from polars_common import by_time, conversation, has_texts, is_client, main, t


id = pl.col("message_id")
same = conversation == conversation.shift()


def suspects(rows, ascending):
    """The conversations in which some message does not ascend from the one before."""
    return rows.filter(same & ascending.not_().fill_null(True))["conversation_id"].unique().implode()


def ordered(rows):
    """The rows of each conversation together, in order, without duplicates.

    A stable sort by conversation alone leaves nearly all of them in order, as the file is. Only the
    others are sorted by time and id, and searched for duplicates: where ids ascend there is none.
    """
    if has_texts(rows):
        return ordered_texts(rows)
    rows = rows.sort("conversation_id", maintain_order=True)
    late = conversation.is_in(suspects(rows, (t >= t.shift()) & (id > id.shift())))
    part = rows.filter(late).sort("conversation_id", "t", "message_id", maintain_order=True).with_row_index("pos")
    searched = part.filter(conversation.is_in(suspects(part, id > id.shift())) & id.is_not_null())
    repeated = searched.filter(~pl.struct("conversation_id", "message_id").is_first_distinct())["pos"]
    part = part.filter(~pl.col("pos").is_in(repeated.implode())).drop("pos")
    return pl.concat([rows.filter(~late), part])


def ordered_texts(rows):
    """As ordered, of ids that do not ascend: those that occur twice are found first."""
    rows = rows.sort("conversation_id", maintain_order=True)
    late = conversation.is_in(suspects(rows, t > t.shift()))
    part = rows.filter(late)
    rows = pl.concat([rows.filter(~late), part.sort(["conversation_id", *by_time(rows)], maintain_order=True)])
    rows = rows.with_row_index("pos")
    twice = rows.filter(id.is_duplicated() & id.is_not_null())
    repeated = twice.filter(~pl.struct("conversation_id", "message_id").is_first_distinct())["pos"]
    return rows.filter(~pl.col("pos").is_in(repeated.implode())).drop("pos")


def pair(rows):
    before = same & is_client.shift()
    n = pl.col("n")
    turn = is_client & (conversation.shift(-1) == conversation).fill_null(False)
    turn_dt = pl.when(turn).then(t.shift(-1) - t)
    # A client message after none or after a merchant's opens a turn, a merchant message after a
    # client's closes it. What is left alternates: open, close, open, close.
    turns = (
        ordered(rows)
        .with_columns(n=pl.int_range(pl.len()))
        .filter(is_client != before.fill_null(False))
        .with_columns(
            first=same.not_().fill_null(True),
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
