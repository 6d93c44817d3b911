"""The whole report with Polars: polars_whole.py INPUT OUTPUT"""

import sys

import polars as pl

LEVELS = {
    "all": [],
    "country": ["country"],
    "merchant": ["merchant_id"],
    "country_merchant": ["country", "merchant_id"],
}

SCHEMA = {
    "message_id": pl.Int64,
    "conversation_id": pl.Int64,
    "created_at": pl.Datetime("us"),
    "sender_user_id": pl.Int64,
    "client_user_id": pl.Int64,
    "merchant_user_id": pl.Int64,
    "merchant_id": pl.Int64,
    "country": pl.String,
}


def read(source):
    """The rows by a client or a merchant."""
    is_client = pl.col("sender_user_id") == pl.col("client_user_id")
    is_merchant = pl.col("sender_user_id") == pl.col("merchant_user_id")
    return (
        pl.scan_csv(source, schema=SCHEMA, try_parse_dates=True)
        .filter(is_client | is_merchant)
        .select(
            "conversation_id",
            "message_id",
            pl.col("created_at").dt.epoch("us").alias("t"),
            is_client.alias("is_client"),
            "merchant_id",
            pl.col("country").fill_null("unknown"),
        )
    )


def pair(rows):
    """One row per conversation that a client has written in."""
    conversation, is_client, t = pl.col("conversation_id"), pl.col("is_client"), pl.col("t")
    same = conversation == conversation.shift()
    after_client = same & is_client.shift()
    return (
        rows.sort("conversation_id", "t", "message_id", maintain_order=True)
        .unique(["conversation_id", "message_id"], keep="first", maintain_order=True)
        .with_row_index("n")
        # A client message after none or after a merchant's opens a turn, a merchant message after
        # a client's closes it. What is left alternates: open, close, open, close.
        .filter(is_client != after_client.fill_null(False))
        .with_columns(turn_dt=pl.when(~is_client).then(t - t.shift()))
        .group_by("conversation_id")
        .agg(
            pl.col("country").first(),
            pl.col("merchant_id").first(),
            t.first().alias("opened"),
            pl.col("turn_dt").drop_nulls().first().alias("dt"),
            pl.when(~is_client).then(pl.col("n").cast(pl.Int64)).min().alias("closed_n"),
            pl.col("n").cast(pl.Int64).first().alias("opened_n"),
            pl.col("turn_dt").count().alias("turns"),
            pl.col("turn_dt").sum(),
        )
        .with_columns(exch_nr=pl.col("closed_n") - pl.col("opened_n"))
    )


def summarize(pairs, level, keys):
    dt, turns = pl.col("dt"), pl.col("turns").sum()
    statistics = [
        pl.len().alias("conversations"),
        dt.count().alias("answered"),
        dt.null_count().alias("unanswered"),
        pl.col("exch_nr").sum(),
        pl.col("exch_nr").mean().alias("exch_nr_mean"),
        (dt.mean() / 1e6).alias("dt_mean_s"),
        (dt.std() / 1e6).alias("dt_std_s"),
        (dt.min() / 1e6).alias("dt_min_s"),
        (dt.quantile(0.5, "linear") / 1e6).alias("dt_p50_s"),
        (dt.quantile(0.9, "linear") / 1e6).alias("dt_p90_s"),
        (dt.quantile(0.99, "linear") / 1e6).alias("dt_p99_s"),
        (dt.max() / 1e6).alias("dt_max_s"),
        turns.alias("turns"),
        pl.when(turns > 0).then(pl.col("turn_dt").sum() / turns / 1e6).alias("turn_dt_mean_s"),
    ]
    table = pairs.group_by(keys).agg(statistics) if keys else pairs.select(statistics)
    return table.with_columns(level=pl.lit(level)).sort(keys) if keys else table.with_columns(level=pl.lit(level))


def main(source, target):
    pairs = pair(read(source)).collect().lazy()
    tables = [summarize(pairs, level, keys) for level, keys in LEVELS.items()]
    report = pl.concat(pl.collect_all(tables), how="diagonal_relaxed")
    report.write_csv(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
