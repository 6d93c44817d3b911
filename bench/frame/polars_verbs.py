#!/usr/bin/env python3
"""The verbs of verbs.go with Polars: polars_verbs.py [ROWS], verbs on standard input.

Each verb is written in several forms: on text and on categories, eager and streaming. The first
time that a verb is asked for all are tried, and from then on only the fastest.
"""

import sys

import polars as pl

import data
import serve


def text(codes, words, form):
    """The codes as words, either text or categories."""
    dictionary = pl.Series(words, dtype=pl.String)
    column = dictionary.gather(pl.Series(codes))
    return column.cast(pl.Categorical) if form == "categories" else column


class Frames:
    """The frames, with text as text or as categories."""

    def __init__(self, n, form):
        rows, clients = data.rows(n), data.clients_frame(n)
        self.rows = pl.DataFrame({
            "country": text(rows["country"], data.countries(), form),
            "client": text(rows["client"], data.clients(n), form),
            **{k: v for k, v in rows.items() if k not in ("country", "client")},
        }).with_columns(pl.col("created_at").cast(pl.Datetime("us")))
        self.clients = pl.DataFrame({
            "client": text(clients["client"], data.clients(n), form),
            "client_id": clients["client_id"],
            "since": clients["since"],
        })
        self.by_time = self.rows.sort("created_at").with_columns(pl.col("created_at").set_sorted())
        self.events = pl.DataFrame(data.events(n)).with_columns(
            pl.col("created_at").cast(pl.Datetime("us")).set_sorted())


def verbs(f):
    """Each verb as a lazy frame, with the column of the check and whether the order counts."""
    country, client, merchant, dt = pl.col("country"), pl.col("client_id"), pl.col("merchant_id"), pl.col("dt_s")
    rows = f.rows.lazy()

    def filtered(predicate):
        return rows.filter(predicate), "dt_s", True

    def grouped(*keys):
        statistics = [pl.len().alias("n"), dt.mean().alias("mean"), dt.max().alias("max")]
        return rows.group_by(keys).agg(statistics), "mean", False

    def joined(on, drop, how):
        return rows.join(f.clients.lazy().drop(drop), on=on, how=how), "since", False

    def with_column(name, e):
        return rows.with_columns(e.alias(name)), name, True

    at = pl.col("created_at").dt
    quantile = dt.quantile(0.9, "linear").alias("p90")
    three = country.is_in(["country 03", "country 07", "country 11"])
    return {
        "filter_int_1": filtered(merchant < 50),
        "filter_int_50": filtered(merchant < 2500),
        "filter_int_99": filtered(merchant < 4950),
        "filter_float_1": filtered(dt > 0.99 * 0.99 * 172_800),
        "filter_float_50": filtered(dt > 0.5 * 0.5 * 172_800),
        "filter_float_99": filtered(dt > 0.01 * 0.01 * 172_800),
        "filter_text": filtered(country == "country 07"),
        "filter_compound": filtered(three & (dt > 600) & (client != 0)),
        "filter_either": filtered((country == "country 03") | (merchant >= 2500)),
        "group_text_30": grouped("country"),
        "group_text_many": grouped("client"),
        "group_int_5000": grouped("merchant_id"),
        "group_int_many": grouped("client_id"),
        "group_two": grouped("country", "merchant_id"),
        "group_quantile": (rows.group_by("merchant_id").agg(quantile), "p90", False),
        "sort_int": (rows.sort("client_id"), "client_id", True),
        "sort_float": (rows.sort("dt_s", descending=True), "dt_s", True),
        "sort_text_30": (rows.sort("country"), "", True),
        "sort_text_many": (rows.sort("client"), "client_id", True),
        "sort_two": (rows.sort("country", "created_at"), "dt_s", True),
        "join_int": joined("client_id", "client", "inner"),
        "left_join_int": joined("client_id", "client", "left"),
        "join_text": joined("client", "client_id", "inner"),
        "join_asof": (f.by_time.lazy().join_asof(f.events.lazy(), on="created_at", by="merchant_id", strategy="forward",
                                                 check_sortedness=False), "event", False),
        "arithmetic": with_column("value", dt * 2 + merchant / 3 - 1),
        "choice": with_column("value", pl.when(dt > 86_400).then(dt - 86_400).when(merchant < 100).then(0.0).otherwise(dt)),
        "date_parts": with_column("part", at.weekday().cast(pl.Int64) * 24 + at.hour()),
        "date_month": with_column("part", at.month()),
        "rolling_rows": with_column("mean", dt.rolling_mean(100)),
        "rolling_time": (f.by_time.lazy().with_columns(dt.rolling_mean_by("created_at", "1m").alias("mean")), "", True),
        "rank_over": with_column("rank", dt.rank("min").over("merchant_id")),
        "pivot": (rows.pivot("country", on_columns=f.rows["country"].unique(), index="merchant_id", values="dt_s",
                             aggregate_function="mean"), "country 07", False),
        "outer_join": (rows.join(f.clients.lazy().drop("client"), on="client_id", how="full", coalesce=True), "since", False),
        "unique_two": (rows.unique(["country", "merchant_id"], keep="first", maintain_order=True), "merchant_id", False),
        "unique_many": (rows.unique("client_id", keep="first", maintain_order=True), "client_id", False),
        "own_statistic": (rows.group_by("merchant_id").agg(
            dt.map_batches(lambda s: s.max() - s.min(), return_dtype=pl.Float64, returns_scalar=True).alias("spread")),
            "spread", False),
    }


def main(n):
    forms = {}
    for kind in ("text", "categories"):
        for name, (plan, column, order) in verbs(Frames(n, kind)).items():
            for engine in ("in-memory", "streaming"):
                forms.setdefault(name, {})[f"{kind}, {engine}"] = (
                    lambda plan=plan, engine=engine: plan.collect(engine=engine),
                    lambda out, column=column, order=order: data.check(out[column], order) if column else 0.0)
    serve.serve(forms)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
