"""The one task that does what the daily DAG does."""

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from conftest import MESSAGES, SAV
from sav_airflow.operators import ReportDays
from test_operators import api, context, received, stored, tables  # noqa: F401: fixtures

DAYS = ["2026-03-03", "2026-03-02", "2026-03-01"]
SETTINGS = {"input": [str(MESSAGES)], "trailing_days": 2, "day": DAYS[0], "pairs": True}


class Alias:
    def __init__(self):
        self.added = []

    def add(self, asset, extra):
        self.added.append((asset.name, [day["day"] for day in extra["days"]]))


def task(root, settings=(), **given):
    return ReportDays(task_id="sav", root=str(root), program=SAV, settings=SETTINGS | dict(settings), **given)


def run(operator):
    """Runs the task in a DAG without params. Returns its result, and the events of its asset."""
    got = context()
    got["params"] = {}
    got["outlet_events"] = {outlet: Alias() for outlet in operator.outlets}
    summary = operator.execute(got)
    events = [event for alias in got["outlet_events"].values() for event in alias.added]
    return summary, events


def outcome(summary, stage):
    return {day: "skipped" if "skipped" in of else "failed" if "failed" in of else "done"
            for day, stages in summary["outcomes"].items() for name, of in stages.items() if name == stage}


def test_all_days_come_to_all_places(tmp_path, api, tables):
    api()
    summary, events = run(task(tmp_path, load="sav_load", asset="shop"))
    assert [day["day"] for day in summary["days"]] == DAYS
    for stage in ("publish", "deliver", "load"):
        assert outcome(summary, stage) == dict.fromkeys(DAYS, "done")
    rows = 0
    for day in DAYS:
        home = tmp_path / f"ds={day}"
        folder, = home.glob("as_of=*")
        assert (home / "report.csv").read_bytes() == (folder / "report.csv").read_bytes()
        rows += json.loads((folder / "run.json").read_text())["report_rows"]
    assert len(received(tmp_path)) == rows
    assert tables("SELECT count(*) FROM {table}") == str(rows)
    assert events == [("shop", DAYS)]


def test_again_nothing_is_done(tmp_path, api):
    api()
    run(task(tmp_path, asset="shop"))
    count = len(received(tmp_path))
    summary, events = run(task(tmp_path, asset="shop"))
    assert outcome(summary, "deliver") == dict.fromkeys(DAYS, "skipped")
    assert (len(received(tmp_path)), events) == (count, [])
    later, events = run(task(tmp_path, {"day": "2026-03-04", "trailing_days": 1}, asset="shop"))
    behind, _ = run(task(tmp_path, {"day": "2026-03-03", "trailing_days": 0}, asset="shop"))
    assert outcome(behind, "publish") == {"2026-03-03": "skipped"}
    assert "2026-03-05" in behind["outcomes"]["2026-03-03"]["publish"]["skipped"]


def test_without_connections_reports_are_published(tmp_path):
    summary, _ = run(task(tmp_path, api=None))
    assert {tuple(stages) for stages in summary["outcomes"].values()} == {("publish",)}


def test_no_day_with_a_conversation(tmp_path):
    with pytest.raises(AirflowSkipException, match="2019-12-30 to 2020-01-01: sav ended with 99"):
        run(task(tmp_path, {"day": "2020-01-01"}))


def failing(script, *days, status):
    """A sav that ends with a status where one of the days is delivered."""
    cases = "|".join(f"*deliver*ds={day}*" for day in days)
    return script(f'case "$*" in {cases}) echo \'{{"error": "because of it"}}\'; exit {status};; esac',
                  f'exec {SAV} "$@"')


@pytest.mark.parametrize("status, raised", [(75, AirflowException), (76, AirflowFailException)])
def test_a_day_that_fails_is_not_in_the_way_of_others(tmp_path, api, script, status, raised):
    api()
    operator = task(tmp_path, asset="shop")
    operator.program = failing(script, DAYS[0], DAYS[2], status=status)
    got = context()
    got["params"], got["outlet_events"] = {}, {outlet: Alias() for outlet in operator.outlets}
    with pytest.raises(AirflowException) as error:
        operator.execute(got)
    assert type(error.value) is raised
    folder = f"{tmp_path}/ds=%s/as_of=20260304T000000Z"
    assert str(error.value).splitlines() == [
        f"{day}: sav ended with {status}: because of it "
        f"(of the command: {operator.program} deliver --out {folder % day})"
        for day in (DAYS[0], DAYS[2])]
    summary = got["ti"].pushed["return_value"]
    assert outcome(summary, "deliver") == {DAYS[0]: "failed", DAYS[1]: "done", DAYS[2]: "failed"}
    assert outcome(summary, "publish") == dict.fromkeys(DAYS, "done")
    again, _ = run(task(tmp_path))
    assert outcome(again, "deliver") == {DAYS[0]: "done", DAYS[1]: "skipped", DAYS[2]: "done"}


def test_a_task_that_is_stopped_goes_no_further(tmp_path, api, script):
    """As Airflow stops it: from a signal handler, while a day is delivered."""
    api()
    ready = tmp_path / "ready"
    operator = task(tmp_path / "root")
    operator.program = script(f"""case "$1" in analyze) exec {SAV} "$@";; esac""",
                              """trap 'echo "{\\"error\\": \\"stopped\\"}"; exit 75' TERM""",
                              f"echo $$ >> {ready}", "while :; do read line || :; done")
    got = context()
    got["params"] = {}
    before = signal.signal(signal.SIGTERM, lambda *_: operator.on_kill())
    try:
        def kill():
            while not ready.exists():
                time.sleep(0.01)
            os.kill(os.getpid(), signal.SIGTERM)
        threading.Thread(target=kill).start()
        with pytest.raises(AirflowException, match="stopped before it came to"):
            operator.execute(got)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert len(ready.read_text().split()) == 1, "no further delivery was begun"
    assert outcome(got["ti"].pushed["return_value"], "publish") == {DAYS[0]: "done", DAYS[1]: "failed",
                                                                    DAYS[2]: "failed"}


def test_a_connection_that_is_missing_is_named_with_the_day(tmp_path):
    with pytest.raises(AirflowFailException, match=f"{DAYS[0]}: no connection sav_api"):
        run(task(tmp_path))


@pytest.mark.parametrize("settings, said", [({"trailing_days": "many"}, "'trailing_days'"),
                                            ({"within": ["soon"]}, "'within'")])
def test_a_setting_that_cannot_be(tmp_path, settings, said):
    with pytest.raises(AirflowFailException, match=said):
        run(task(tmp_path, settings))


def test_a_setting_that_there_is_not(tmp_path):
    with pytest.raises(ValueError, match="no setting 'imput': there are input,"):
        task(tmp_path, {"imput": []})


def test_what_is_templated():
    assert set(ReportDays.template_fields) == {"arguments", "environment", "root", "settings", "storage", "api", "load"}


def test_what_is_not_needed_any_more_is_removed(tmp_path):
    run(task(tmp_path, {"keep_days": 1}, api=None))
    old, = (tmp_path / f"ds={DAYS[0]}").glob("as_of=*")
    for path in (old, *old.rglob("*")):
        os.utime(path, (0, 0))
    summary, _ = run(task(tmp_path, {"day": "2026-03-04", "keep_days": 1}, api=None))
    assert summary["removed"] == [str(old)] and not Path(old).exists()


def test_the_link_is_to_the_latest_report(tmp_path):
    operator = task(tmp_path, {"day": "2026-03-01", "trailing_days": 2}, api=None,
                    reports="https://reports.example.com/sav")
    link, = operator.operator_extra_links
    assert link.get_link(operator, ti_key=None) == ""
    run(operator)
    assert link.get_link(operator, ti_key=None) == "https://reports.example.com/sav/ds=2026-03-01/report.csv"
