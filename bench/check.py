"""Compare a peer's answer with sav's report.csv: check.py REPORT ANSWER

Every column that both have is compared: counts exactly, other numbers to 1e-6 of their size. The
groups must be the same too, in each level that the answer has; an answer without counts may leave
out a group that nobody answered.
"""

import csv
import math
import sys

KEY = ("level", "country", "merchant_id")
COUNTS = {"conversations", "answered", "unanswered", "exch_nr", "turns"}
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


def differences(report, answer):
    """What differs, one text each; nothing if the answers agree."""
    wanted_columns, wanted = read(report)
    columns, rows = read(answer)
    columns &= wanted_columns
    if not columns or not rows:
        yield "nothing to compare"
        return
    levels = {key[0] for key in rows}
    for key, want in wanted.items():
        if key[0] not in levels:
            continue
        got = rows.pop(key, None)
        if got is None:
            if columns & COUNTS or want["answered"] != "0":
                yield f"{key}: missing"
            continue
        for column in sorted(columns):
            if not equal(column, want[column], got[column]):
                yield f"{key} {column}: sav {want[column]!r}, peer {got[column]!r}"
    for key in rows:
        yield f"{key}: not in sav's report"


def main(report, answer):
    found = list(differences(report, answer))
    for line in found[:20]:
        print(line)
    print(f"{answer}: {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
