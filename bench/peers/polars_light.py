"""The mean response time per country and merchant with Polars: polars_light.py INPUT OUTPUT

Duplicates are left in: those of the file have the time of the message they repeat.
"""

import sys

import polars as pl

from polars_whole import read


def main(source, target):
    is_client = pl.col("is_client")
    rows = read(source).collect()
    ordered = rows.sort("conversation_id", "t", "message_id").lazy()
    opened = ordered.filter(is_client).unique("conversation_id", keep="first", maintain_order=True)
    answered = (
        ordered.filter(~is_client)
        .join(opened.select("conversation_id", "country", "merchant_id", c="t", c_id="message_id"), on="conversation_id")
        .filter((pl.col("t") > pl.col("c")) | ((pl.col("t") == pl.col("c")) & (pl.col("message_id") > pl.col("c_id"))))
        .group_by("conversation_id")
        .agg(
            pl.col("country_right").first().alias("country"),
            pl.col("merchant_id_right").first().alias("merchant_id"),
            (pl.col("t").min() - pl.col("c").first()).alias("dt"),
        )
    )
    means = answered.group_by("country", "merchant_id").agg((pl.col("dt").mean() / 1e6).alias("dt_mean_s"))
    means.with_columns(level=pl.lit("country_merchant")).collect().write_csv(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
