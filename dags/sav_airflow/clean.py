"""Which analyses are not needed any more, and their removal.

An analysis of a day, <root>/ds=<day>/as_of=<as-of>, is superseded when a later one is published. It stays
while somebody may need it: until nothing in it was changed for some days, and for ever if it is the one that was
delivered last to an endpoint, whose journal says what the API has.
"""

from __future__ import annotations

import json
import time

from sav_airflow.place import Place
from sav_airflow.store import Where, changed, remove

DAY = 24 * 60 * 60  # in seconds


def clean(root: Where, keep_days: float, now: float | None = None) -> list[str]:
    """Remove the superseded analyses below root that were not changed for keep_days; return their folders."""
    before = (time.time() if now is None else now) - keep_days * DAY
    removed = []
    for home in sorted(root.glob("ds=*"), key=str):
        if not (home / "published.json").exists():
            continue
        with Place(home / "published.json"):
            for folder in superseded(home):
                if changed(folder) < before:
                    (folder / "run.json").unlink(missing_ok=True)  # without it nobody takes it for an analysis
                    remove(folder)
                    removed.append(str(folder))
    return removed


def superseded(home: Where) -> list[Where]:
    """The analyses of a day that are older than its published one, but for those that were delivered last."""
    published = _record(home / "published.json")
    if not published.get("done"):
        return []
    delivered = [_record(path) for path in home.glob("delivered-*.json")]
    if not all(delivered):  # what cannot be read may name any
        return []
    # A report with the same bytes as the one before is not sent: the journal is with the earlier.
    names = {_name(record["as_of"]) for record in delivered}
    bytes_ = {record["report_sha256"] for record in delivered}
    return [folder for folder in sorted(home.glob("as_of=*"), key=str)
            if folder.name < _name(published["as_of"]) and folder.name not in names
            and not ((folder / "delivery").exists() and _record(folder / "run.json").get("report_sha256") in bytes_)]


def _name(as_of: str) -> str:
    """The name of the folder of an analysis."""
    return "as_of=" + as_of.replace("-", "").replace(":", "")


def _record(path: Where) -> dict:
    """The object in a file of JSON; empty if there is none."""
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
