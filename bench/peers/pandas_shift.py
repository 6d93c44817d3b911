"""The whole report with pandas, by shifts on a sorted frame: pandas_shift.py INPUT OUTPUT"""

import pandas as pd

from pandas_common import main, repeated


def pair(rows):
    rows = pd.DataFrame(rows).sort_values(["conversation_id", "t", "message_id"], kind="stable")
    rows = rows[~repeated(rows["conversation_id"].to_numpy(), rows["message_id"].to_numpy())]
    rows = rows.drop(columns="message_id").assign(n=range(len(rows)))

    # A client message after none or after a merchant's opens a turn, a merchant message after a
    # client's closes it. What is left alternates: open, close, open, close.
    same = rows["conversation_id"] == rows["conversation_id"].shift()
    rows = rows[rows["is_client"] != (same & rows["is_client"].shift(fill_value=False))]

    closed = rows["conversation_id"].shift(-1) == rows["conversation_id"]
    rows = rows.assign(
        dt=(rows["t"].shift(-1) - rows["t"]).where(closed),
        exch_nr=(rows["n"].shift(-1) - rows["n"]).where(closed),
    )
    turns = rows[rows["is_client"]]
    grouped = turns.groupby("conversation_id", sort=False)["dt"]
    pairs = turns.drop_duplicates("conversation_id").set_index("conversation_id")
    return pairs.assign(turns=grouped.count(), turn_dt=grouped.sum())


if __name__ == "__main__":
    main(pair)
