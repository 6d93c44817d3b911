"""The report of a day at a name that stays: <root>/ds=<day>/report.csv."""

from __future__ import annotations

import hashlib
import json

from sav_airflow.place import Place
from sav_airflow.store import where, write_file
from sav_airflow.windows import Window


def run_of(window: Window) -> dict:
    """The run.json of the window's analysis."""
    return json.loads((where(window.folder) / "run.json").read_bytes())


def report_sha256(window: Window) -> str:
    """The SHA-256 of the window's report, as its run.json has it."""
    return run_of(window)["report_sha256"]


def has_pairs(window: Window) -> bool:
    """Whether the window's analysis wrote its pairs."""
    return bool(run_of(window).get("pairs_sha256"))


def publish(window: Window, wait: float = 600) -> dict:
    """Copy the window's report to its day's folder. Raises Behind if a later one is there.

    The report takes its place whole. published.json beside it says which one it is. What is returned
    says whether the bytes at the place are others than before.
    """
    sha256 = report_sha256(window)
    data = (where(window.folder) / "report.csv").read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError(f"{window.folder}/report.csv is not the report that run.json names")
    target = window.home / "report.csv"
    with Place(window.home / "published.json", wait) as place:
        same = place.has(window.as_of, sha256) and target.exists() and target.read_bytes() == data
        place.begin(window.as_of, sha256)
        write_file(target, data)
        place.end(window.as_of, sha256)
    return {"day": window.day, "as_of": window.as_of, "report": str(target), "report_sha256": sha256,
            "changed": not same}
