"""The whole report with pandas, by merge_asof: pandas_asof.py INPUT OUTPUT

Each client message is joined with the next merchant message of its conversation. The client
messages that share one are a turn. The place in the order of time stands for time and message id,
since the join takes one column.
"""

import numpy as np
import pandas as pd

from pandas_common import main


def pair(rows):
    rows = pd.DataFrame(rows).sort_values(["t", "message_id"], kind="stable", ignore_index=True)
    rows = rows[~rows.duplicated(["conversation_id", "message_id"])]
    rows = rows.drop(columns="message_id").assign(n=np.arange(len(rows)))

    written = rows[rows["is_client"]]
    answers = rows.loc[~rows["is_client"], ["conversation_id", "n", "t"]]
    answers = answers.rename(columns={"t": "closed_t"}).assign(closed=answers["n"])
    joined = pd.merge_asof(written, answers, on="n", by="conversation_id", direction="forward")

    # Client messages without an answer are their conversation's last, and no turn.
    joined["closed"] = joined["closed"].fillna(-1).astype("int64")
    turns = joined.drop_duplicates(["conversation_id", "closed"])
    turns = turns.assign(dt=turns["closed_t"] - turns["t"])
    opened = turns.drop_duplicates("conversation_id").set_index("conversation_id")
    in_opening = joined["closed"].to_numpy() == opened["closed"].reindex(joined["conversation_id"]).to_numpy()
    exch_nr = joined.loc[in_opening].groupby("conversation_id", sort=False).size()
    grouped = turns.groupby("conversation_id", sort=False)["dt"]
    return opened.assign(exch_nr=exch_nr, turns=grouped.count(), turn_dt=grouped.sum())


if __name__ == "__main__":
    main(pair)
