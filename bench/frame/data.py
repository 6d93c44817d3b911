"""The columns of data.go, by the same formula, as NumPy arrays."""

import numpy as np

BEGIN = 1_772_323_200_000_000
LENGTH = 61 * 86_400_000_000
CLIENT_STEP = 1_000_003_000_007


def draw(rows, column, n):
    """Numbers below n that depend on row and column alone: one step of SplitMix64."""
    with np.errstate(over="ignore"):
        z = rows * np.uint64(0x9E3779B97F4A7C15) + np.uint64(column) * np.uint64(0xD1342543DE82EF95)
        z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return (z ^ z >> np.uint64(31)) % np.uint64(n)


def countries():
    return [f"country {i:02d}" for i in range(30)]


def clients(n):
    return [f"client {i:07d}" for i in range(max(n // 10, 10))]


def rows(n):
    """The large frame; country and client are codes."""
    i = np.arange(n, dtype=np.uint64)
    client = draw(i, 2, max(n // 10, 10)).astype(np.int64)
    u = draw(i, 5, 1 << 53).astype(np.float64) / (1 << 53)
    return {
        "country": draw(i, 1, 30).astype(np.int32),
        "client": client.astype(np.int32),
        "client_id": client * CLIENT_STEP,
        "merchant_id": draw(i, 3, 5000).astype(np.int64),
        "created_at": BEGIN + draw(i, 4, LENGTH).astype(np.int64),
        "dt_s": u * u * 172_800,
    }


def clients_frame(n):
    """Four fifths of the clients, in no order; client is a code."""
    n = max(n // 10, 10)
    k = np.arange(n * 4 // 5, dtype=np.int64) * 7919 % n
    return {"client": k.astype(np.int32), "client_id": k * CLIENT_STEP, "since": 2000 + k % 26}


def events(n):
    """Something that happens to merchants now and then, in the order of time."""
    n = max(n // 10, 10)
    i = np.arange(n, dtype=np.int64)
    return {
        "merchant_id": draw(i.astype(np.uint64), 6, 5000).astype(np.int64),
        "created_at": BEGIN + i * (LENGTH // n),
        "event": i,
    }


def check(values, order):
    """The sum of the values; where the order counts, with weights that depend on their place."""
    values = np.asarray(values, dtype=np.float64)
    weights = 1.0 + np.arange(len(values)) % 1000 if order else 1.0
    return float(np.nansum(values * weights))
