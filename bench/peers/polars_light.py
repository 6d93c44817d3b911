"""The mean response time per country and merchant with Polars: polars_light.py INPUT OUTPUT"""

import sys

import polars as pl

from polars_common import conversation, is_client, read, t
from polars_sort import ordered, same


def main(source, target):
    before = same & is_client.shift()
    # What is left alternates between client and merchant, and begins with the client: the first two
    # of a conversation are its opening exchange.
    means = (
        ordered(read(source))
        .lazy()
        .filter(is_client != before.fill_null(False))
        .with_columns(
            first=same.not_().fill_null(True),
            dt=pl.when(conversation == conversation.shift(-1)).then(t.shift(-1) - t),
        )
        .filter(pl.col("first") & pl.col("dt").is_not_null())
        .group_by("country", "merchant_id")
        .agg((pl.col("dt").mean() / 1e6).alias("dt_mean_s"))
        .collect()
    )
    means.with_columns(level=pl.lit("country_merchant")).write_csv(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
