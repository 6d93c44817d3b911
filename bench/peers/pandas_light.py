"""The mean response time per country and merchant with pandas: pandas_light.py INPUT OUTPUT

Duplicates are left in: those of the file have the time of the message they repeat.
"""

import sys

import numpy as np
import pandas as pd

from pandas_common import read


def main(source, target):
    rows = read(source)
    order = np.lexsort((rows["message_id"], rows["t"], rows["conversation_id"]))
    conversation, is_client = rows["conversation_id"][order], rows["is_client"][order]

    # What is left alternates between client and merchant, and begins with the client: the first two
    # of a conversation are its opening exchange.
    before = np.zeros(len(order), dtype=bool)
    before[1:] = (conversation[1:] == conversation[:-1]) & is_client[:-1]
    n = np.flatnonzero(is_client != before)
    conversation, t = conversation[n], rows["t"][order[n]]
    same = conversation[1:] == conversation[:-1]
    first = np.flatnonzero(np.r_[True, ~same] & np.r_[same, False])
    place = order[n[first]]
    pairs = pd.DataFrame({
        "country": rows["country"][place],
        "merchant_id": rows["merchant_id"][place],
        "dt_mean_s": (t[first + 1] - t[first]) / 1e6,
    })
    means = pairs.groupby(["country", "merchant_id"], observed=True)["dt_mean_s"].mean()
    means.reset_index().assign(level="country_merchant").to_csv(target, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
