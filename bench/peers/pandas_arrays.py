"""The whole report with NumPy's arrays under pandas: pandas_arrays.py INPUT OUTPUT

One lexsort; then every step is an operation on whole arrays.
"""

import numpy as np
import pandas as pd

from pandas_common import main, repeated


def pair(rows):
    order = np.lexsort((rows["message_id"], rows["t"], rows["conversation_id"]))
    order = order[~repeated(rows["conversation_id"][order], rows["message_id"][order])]
    conversation, is_client = rows["conversation_id"][order], rows["is_client"][order]

    # A client message after none or after a merchant's opens a turn, a merchant message after a
    # client's closes it. What is left alternates: open, close, open, close.
    before = np.zeros(len(order), dtype=bool)
    before[1:] = (conversation[1:] == conversation[:-1]) & is_client[:-1]
    n = np.flatnonzero(is_client != before)
    conversation, is_client, t = conversation[n], is_client[n], rows["t"][order[n]]

    opens = np.flatnonzero(is_client)
    closes = np.minimum(opens + 1, len(n) - 1)
    closed = ~is_client[closes] & (conversation[closes] == conversation[opens])
    dt = np.where(closed, t[closes] - t[opens], 0)
    written = n[closes] - n[opens]

    conversation = conversation[opens]
    first = np.flatnonzero(np.r_[True, conversation[1:] != conversation[:-1]])
    answered, place = closed[first], order[n[opens[first]]]
    return pd.DataFrame({
        "country": rows["country"][place],
        "merchant_id": rows["merchant_id"][place],
        "dt": np.where(answered, dt[first], np.nan),
        "exch_nr": np.where(answered, written[first], 0),
        "turns": np.add.reduceat(closed, first, dtype=np.int64),
        "turn_dt": np.add.reduceat(dt, first),
    })


if __name__ == "__main__":
    main(pair)
