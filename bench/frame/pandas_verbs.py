#!/usr/bin/env python3
"""The verbs of verbs.go with pandas: pandas_verbs.py [ROWS], verbs on standard input.

Each verb is done on text (of Arrow, pandas' own choice) and on categories; the first time that a
verb is asked for both are tried, and from then on only the faster.
"""

import sys

import numpy as np
import pandas as pd
import pyarrow as pa

import data
import serve


def text(codes, words, form):
    """The codes as words, either text or categories."""
    if form == "categories":
        return pd.Series(pd.Categorical.from_codes(codes, words))
    words = pa.array(words, pa.large_string())
    return pd.Series(words.take(pa.array(codes)), dtype="str")


class Frames:
    """The frames, with text as text or as categories."""

    def __init__(self, n, form):
        rows, clients = data.rows(n), data.clients_frame(n)
        self.rows = pd.DataFrame({
            "country": text(rows["country"], data.countries(), form),
            "client": text(rows["client"], data.clients(n), form),
            **{k: v for k, v in rows.items() if k not in ("country", "client")},
        })
        self.rows["created_at"] = self.rows["created_at"].astype("datetime64[us]")
        self.clients = pd.DataFrame({
            "client": text(clients["client"], data.clients(n), form),
            "client_id": clients["client_id"],
            "since": clients["since"],
        })
        self.by_time = self.rows.sort_values("created_at", ignore_index=True)
        self.events = pd.DataFrame(data.events(n))
        self.events["created_at"] = self.events["created_at"].astype("datetime64[us]")


def verbs(f):
    """Each verb as a function, with the column of the check and whether the order counts."""
    rows, clients = f.rows, f.clients
    country, client, merchant, dt = rows["country"], rows["client_id"], rows["merchant_id"], rows["dt_s"]

    def filtered(mask):
        return lambda: rows[mask()], "dt_s", True

    def grouped(*keys):
        def run():
            groups = rows.groupby(list(keys) if len(keys) > 1 else keys[0], sort=False, observed=True)["dt_s"]
            return groups.agg(["count", "mean", "max"]).reset_index()
        return run, "mean", False

    def ordered(column, *keys, ascending=True):
        return lambda: rows.sort_values(list(keys), ascending=ascending, ignore_index=True), column, True

    def joined(on, drop, how):
        return lambda: rows.merge(clients.drop(columns=drop), on=on, how=how), "since", False

    def quantile():
        return rows.groupby("merchant_id", sort=False)["dt_s"].quantile(0.9).reset_index(name="p90")

    def with_column(name, of):
        return lambda: rows.assign(**{name: of()}), name, True

    at = rows["created_at"].dt
    three = ["country 03", "country 07", "country 11"]
    return {
        "filter_int_1": filtered(lambda: merchant < 50),
        "filter_int_50": filtered(lambda: merchant < 2500),
        "filter_int_99": filtered(lambda: merchant < 4950),
        "filter_float_1": filtered(lambda: dt > 0.99 * 0.99 * 172_800),
        "filter_float_50": filtered(lambda: dt > 0.5 * 0.5 * 172_800),
        "filter_float_99": filtered(lambda: dt > 0.01 * 0.01 * 172_800),
        "filter_text": filtered(lambda: country == "country 07"),
        "filter_compound": filtered(lambda: country.isin(three) & (dt > 600) & (client != 0)),
        "filter_either": filtered(lambda: (country == "country 03") | (merchant >= 2500)),
        "group_text_30": grouped("country"),
        "group_text_many": grouped("client"),
        "group_int_5000": grouped("merchant_id"),
        "group_int_many": grouped("client_id"),
        "group_two": grouped("country", "merchant_id"),
        "group_quantile": (quantile, "p90", False),
        "sort_int": ordered("client_id", "client_id"),
        "sort_float": ordered("dt_s", "dt_s", ascending=False),
        "sort_text_30": ordered("", "country"),
        "sort_text_many": ordered("client_id", "client"),
        "sort_two": ordered("dt_s", "country", "created_at"),
        "join_int": joined("client_id", "client", "inner"),
        "left_join_int": joined("client_id", "client", "left"),
        "join_text": joined("client", "client_id", "inner"),
        "join_asof": (lambda: pd.merge_asof(f.by_time, f.events, on="created_at", by="merchant_id", direction="forward"),
                      "event", False),
        "arithmetic": with_column("value", lambda: dt * 2 + merchant / 3 - 1),
        "choice": with_column("value", lambda: np.where(dt > 86_400, dt - 86_400, np.where(merchant < 100, 0.0, dt))),
        "date_parts": with_column("part", lambda: (at.day_of_week + 1) * 24 + at.hour),
        "date_month": with_column("part", lambda: at.month),
        "rolling_rows": with_column("mean", lambda: dt.rolling(100).mean()),
        "rolling_time": (lambda: f.by_time.assign(mean=f.by_time.rolling("60s", on="created_at")["dt_s"].mean()), "", True),
        "rank_over": with_column("rank", lambda: dt.groupby(merchant).rank("min")),
        "pivot": (lambda: rows.pivot_table("dt_s", "merchant_id", "country", "mean", observed=True).reset_index(), "country 07", False),
        "outer_join": joined("client_id", "client", "outer"),
        "unique_two": (lambda: rows.drop_duplicates(["country", "merchant_id"]), "merchant_id", False),
        "unique_many": (lambda: rows.drop_duplicates("client_id"), "client_id", False),
        "own_statistic": (lambda: rows.groupby("merchant_id", sort=False)["dt_s"].agg(lambda x: x.max() - x.min())
                          .reset_index(name="spread"), "spread", False),
    }


def main(n):
    forms = {}
    for kind in ("text", "categories"):
        for name, (run, column, order) in verbs(Frames(n, kind)).items():
            forms.setdefault(name, {})[kind] = (
                run, lambda out, column=column, order=order: data.check(out[column], order) if column else 0.0)
    serve.serve(forms)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
