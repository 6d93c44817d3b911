"""The mean response time per country and merchant with pandas: pandas_light.py INPUT OUTPUT

Duplicates are left in: those of the file have the time of the message they repeat.
"""

import sys

import pandas as pd


def main(source, target):
    rows = pd.read_csv(source, engine="pyarrow", dtype={"sender_user_id": "float64"}, parse_dates=["created_at"])
    is_client = rows["sender_user_id"] == rows["client_user_id"]
    rows = rows[is_client | (rows["sender_user_id"] == rows["merchant_user_id"])]
    rows = rows[["conversation_id", "created_at", "message_id", "merchant_id", "country"]]
    rows = rows.assign(is_client=is_client, country=rows["country"].fillna("unknown").astype("category"))
    rows = rows.sort_values(["conversation_id", "created_at", "message_id"])

    # Without what the merchant wrote before C: the first client message, then the first by the
    # merchant after it.
    opened = rows[rows["is_client"]].drop_duplicates("conversation_id")
    begun = rows.groupby("conversation_id")["is_client"].cummax()
    answers = rows[begun & ~rows["is_client"]].drop_duplicates("conversation_id")
    pairs = opened.merge(answers[["conversation_id", "created_at"]], on="conversation_id", suffixes=("", "_m"))
    pairs["dt_mean_s"] = (pairs["created_at_m"] - pairs["created_at"]).dt.total_seconds()

    means = pairs.groupby(["country", "merchant_id"], observed=True)["dt_mean_s"].mean()
    means.reset_index().assign(level="country_merchant").to_csv(target, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
