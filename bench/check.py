"""Compare a peer's answer with sav's report.csv: check.py REPORT ANSWER [light]

Counts must be equal, other numbers to 1e-6 of their size, and the groups the same. A whole answer
has all levels and every column but those that peers are spared; a light one has the mean response
time by country and merchant, and no group that nobody answered.
"""

import csv
import math
import sys

KEY = ("level", "country", "merchant_id")
COUNTS = {"conversations", "answered", "unanswered", "exch_nr", "turns"}
SPARED = {"client_user_id", "dt_ci95_low_s", "dt_ci95_high_s", "dt_p50_ci95_low_s",
          "dt_p50_ci95_high_s", "dt_km_p50_s", "km_answered_24h", "km_answered_24h_ci95_low",
          "km_answered_24h_ci95_high", "wait_24h_mean_s"}
TOLERANCE = 1e-6


def read(path):
    """The columns that can be compared, and the rows by group."""
    with open(path, newline="", encoding="utf-8") as f:
        reader = csv.DictReader(f)
        rows = {}
        for row in reader:
            key = tuple(row.get(k) or "" for k in KEY)
            if key in rows:
                raise ValueError(f"{path}: group {key} occurs twice")
            rows[key] = row
        return set(reader.fieldnames) - set(KEY), rows


def equal(column, want, got):
    if want == "" or got == "":
        return want == got
    if column in COUNTS:
        return int(want) == int(got)
    # report.csv has six decimals, so a number near zero is known to half of the last.
    return math.isclose(float(want), float(got), rel_tol=TOLERANCE, abs_tol=1e-6)


def differences(report, answer, light=False):
    """What differs, one text each; nothing if the answers agree."""
    columns, wanted = read(report)
    columns -= SPARED
    if light:
        columns = {"dt_mean_s"}
        wanted = {key: row for key, row in wanted.items()
                  if key[0] == "country_merchant" and row["answered"] != "0"}
    answered, rows = read(answer)
    if not wanted or not columns <= answered:
        yield f"nothing to compare, or columns missing: {sorted(columns - answered)}"
        return
    for key, want in wanted.items():
        got = rows.pop(key, None)
        if got is None:
            yield f"{key}: missing"
            continue
        for column in sorted(columns):
            if not equal(column, want[column], got[column]):
                yield f"{key} {column}: sav {want[column]!r}, peer {got[column]!r}"
    for key in rows:
        yield f"{key}: not in sav's report"


def main(report, answer, question="whole"):
    found = list(differences(report, answer, question == "light"))
    for line in found[:20]:
        print(line)
    print(f"{answer}: {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
