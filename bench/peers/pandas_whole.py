"""The whole report with pandas: pandas_whole.py INPUT OUTPUT"""

import sys

import pandas as pd

LEVELS = {
    "all": [],
    "country": ["country"],
    "merchant": ["merchant_id"],
    "country_merchant": ["country", "merchant_id"],
}


def read(source):
    """The rows by a client or a merchant. Arrow reads on all cores."""
    rows = pd.read_csv(source, engine="pyarrow", dtype={"sender_user_id": "float64"}, parse_dates=["created_at"])
    is_client = rows["sender_user_id"] == rows["client_user_id"]
    rows = rows[is_client | (rows["sender_user_id"] == rows["merchant_user_id"])]
    return pd.DataFrame({
        "conversation_id": rows["conversation_id"],
        "message_id": rows["message_id"],
        "t": rows["created_at"].astype("datetime64[us]").astype("int64"),
        "is_client": is_client[rows.index],
        "merchant_id": rows["merchant_id"],
        "country": rows["country"].fillna("unknown").astype("category"),
    })


def pair(rows):
    """One row per conversation that a client has written in."""
    order = ["conversation_id", "t", "message_id"]
    rows = rows.sort_values(order, kind="stable")
    rows = rows[~rows.duplicated(["conversation_id", "message_id"])]
    rows["n"] = range(len(rows))

    # A client message after none or after a merchant's opens a turn, a merchant message after a
    # client's closes it. What is left alternates: open, close, open, close.
    same = rows["conversation_id"] == rows["conversation_id"].shift()
    rows = rows[rows["is_client"] != (same & rows["is_client"].shift(fill_value=False))]

    first = rows["conversation_id"] != rows["conversation_id"].shift()
    turn_dt = (rows["t"] - rows["t"].shift()).where(~rows["is_client"])
    turns = turn_dt.groupby(first.cumsum()).agg(["count", "sum"])
    answered = rows["conversation_id"].shift(-1) == rows["conversation_id"]
    opening = first & answered
    pairs = rows.loc[first, ["country", "merchant_id"]]
    pairs["dt"] = (rows["t"].shift(-1) - rows["t"])[opening]
    pairs["exch_nr"] = (rows["n"].shift(-1) - rows["n"])[opening]
    pairs["turns"] = turns["count"].to_numpy()
    pairs["turn_dt"] = turns["sum"].to_numpy()
    return pairs


def summarize(pairs, level, keys):
    by = keys or (lambda _: 0)
    groups = pairs.groupby(by, observed=True)
    dt = groups["dt"]
    table = pd.DataFrame({
        "conversations": groups.size(),
        "answered": dt.count(),
        "exch_nr": groups["exch_nr"].sum().astype("int64"),
        "exch_nr_mean": groups["exch_nr"].mean(),
        "dt_mean_s": dt.mean() / 1e6,
        "dt_std_s": dt.std() / 1e6,
        "dt_min_s": dt.min() / 1e6,
        "dt_p50_s": dt.quantile(0.5) / 1e6,
        "dt_p90_s": dt.quantile(0.9) / 1e6,
        "dt_p99_s": dt.quantile(0.99) / 1e6,
        "dt_max_s": dt.max() / 1e6,
        "turns": groups["turns"].sum(),
        "turn_dt_mean_s": groups["turn_dt"].sum() / groups["turns"].sum() / 1e6,
    })
    table["unanswered"] = table["conversations"] - table["answered"]
    return table.reset_index(drop=not keys).assign(level=level)


def main(source, target):
    pairs = pair(read(source))
    tables = [summarize(pairs, level, keys) for level, keys in LEVELS.items()]
    report = pd.concat(tables).astype({"merchant_id": "Int64"})
    report.to_csv(target, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
