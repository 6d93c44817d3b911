"""What the Polars formulations share: reading, the four levels, writing."""

import sys

import polars as pl

LEVELS = {
    "all": [],
    "country": ["country"],
    "merchant": ["merchant_id"],
    "country_merchant": ["country", "merchant_id"],
}

CSV_SCHEMA = {
    "message_id": pl.Int32,
    "conversation_id": pl.Int32,
    "created_at": pl.String,
    "sender_user_id": pl.Int32,
    "client_user_id": pl.Int32,
    "merchant_user_id": pl.Int32,
    "merchant_id": pl.Int32,
    "country": pl.String,
}

USER = pl.Struct({"user_id": pl.Int32})
JSON_SCHEMA = {
    "id": pl.Int32,
    "conversation": pl.Struct({"id": pl.Int32}),
    "sentAt": pl.String,
    "sender": USER,
    "client": USER,
    "merchant": pl.Struct({"user_id": pl.Int32, "id": pl.Int32}),
    "country": pl.String,
}

is_client = pl.col("is_client")
t = pl.col("t")
conversation = pl.col("conversation_id")


def has_texts(rows):
    """Whether ids are texts and no integers."""
    return rows.schema["message_id"] == pl.String


def by_time(rows):
    """What orders the messages of a conversation: clients come first where ids are no integers."""
    return ["t", is_client.not_(), "message_id"] if has_texts(rows) else ["t", "message_id"]


def scan(source):
    """The file. To give the form of the times is several times as fast as try_parse_dates."""
    if source.endswith(".parquet"):
        return pl.scan_parquet(source)
    if source.endswith(".jsonl"):
        return scan_json(source)
    with open(source, encoding="utf-8") as f:
        schema = CSV_SCHEMA | ({"body": pl.String} if f.readline().rstrip().endswith(",body") else {})
        if not f.readline().split(",")[0].isdigit():
            schema = {name: pl.String if name.endswith("_id") else of for name, of in schema.items()}
    time = pl.col("created_at").str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us")
    return pl.scan_csv(source, schema=schema).with_columns(time)


def scan_json(source):
    """JSON Lines as "sav generate" writes them, under the names of the other files."""
    field = lambda column, name: pl.col(column).struct.field(name)
    return pl.scan_ndjson(source, schema=JSON_SCHEMA).select(
        message_id="id",
        conversation_id=field("conversation", "id"),
        created_at=pl.col("sentAt").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us"),
        sender_user_id=field("sender", "user_id"),
        client_user_id=field("client", "user_id"),
        merchant_user_id=field("merchant", "user_id"),
        merchant_id=field("merchant", "id"),
        country="country",
    )


def read(source):
    """The rows by a client or a merchant; t is in microseconds."""
    by_client = pl.col("sender_user_id") == pl.col("client_user_id")
    by_merchant = pl.col("sender_user_id") == pl.col("merchant_user_id")
    return (
        scan(source)
        .filter(by_client | by_merchant)
        .select(
            "conversation_id",
            "message_id",
            pl.col("created_at").dt.epoch("us").alias("t"),
            by_client.alias("is_client"),
            "merchant_id",
            pl.col("country").fill_null("unknown").cast(pl.Categorical),
        )
        .collect(engine="streaming")
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
    return table.with_columns(level=pl.lit(level))


def main(pair):
    """Run one formulation: pair makes one row per conversation that a client has written in."""
    source, target = sys.argv[1:]
    pairs = pair(read(source)).lazy()
    tables = pl.collect_all([summarize(pairs, level, keys) for level, keys in LEVELS.items()])
    report = pl.concat([table.with_columns(pl.col("country").cast(pl.String)) if "country" in table.columns else table
                        for table in tables], how="diagonal")
    report.sort("level", "country", "merchant_id").write_csv(target)
