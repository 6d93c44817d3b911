import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from conftest import MESSAGES, SAV, TOKEN
from sav_airflow.command import VERDICTS, Command, Verdict, verdict

DOCUMENTED = Path(__file__).resolve().parents[2] / "docs" / "cli.md"
log = logging.getLogger("test_command")


def run(program, *arguments, grace=15, **environment):
    return Command(program, arguments, environment, log, grace).run()


def test_every_documented_status_has_a_verdict():
    """A status that the table of docs/cli.md gains must be thought of here."""
    rows = re.findall(r"^\| ([0-9, ]+) \| (.*?) \|$", DOCUMENTED.read_text(), re.MULTILINE)
    statuses = {int(s) for row, _ in rows for s in row.split(",")}
    retried = {74, 75, 130, 143}
    assert statuses == set(VERDICTS) | retried
    assert all(verdict(status) is Verdict.RETRY for status in retried)


def test_a_signal_or_a_stranger_is_retried():
    for status in (-9, -15, 1, 2, 137):
        assert verdict(status) is Verdict.RETRY


def test_the_summary_is_the_last_line(script, caplog):
    caplog.set_level(logging.INFO)
    program = script('echo "for people"', """echo '{"n": 0}'""", """echo '{"n": 1, "text": "é"}'""", "exit 75")
    assert run(program) == (75, {"n": 1, "text": "é"})
    assert "for people" in caplog.text and '{"n": 0}' in caplog.text
    assert '"n": 1' not in caplog.text


@pytest.mark.parametrize("line", ["no JSON", "[1]", "7", '{"half":'])
def test_a_last_line_that_is_no_summary(script, caplog, line):
    caplog.set_level(logging.INFO)
    assert run(script(f"echo '{line}'")) == (0, {})
    assert line in caplog.text


def test_no_output(script):
    assert run(script("exit 3")) == (3, {})


def test_the_log_keeps_its_levels(script, caplog):
    caplog.set_level(logging.DEBUG)
    run(script("""echo '{"time":"t","level":"WARN","msg":"slow","batch":3}' >&2""",
               """echo '{"time":"t","level":"DEBUG","msg":"fine"}' >&2""",
               "echo 'panic: oh' >&2"))
    assert [r[1:] for r in caplog.record_tuples if not r[2].startswith("running")] == [
        (logging.WARNING, "slow batch=3"), (logging.DEBUG, "fine"), (logging.WARNING, "panic: oh")]


def test_much_output_on_both_streams(script):
    """Neither pipe may fill up while the other one is waited for."""
    program = script("i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo out-out-out-out-out-out-out-out; "
                     "echo err-err-err-err-err-err-err-err >&2; done", """echo '{"n": 1}'""")
    assert run(program) == (0, {"n": 1})


def test_options_come_from_us_alone(script, monkeypatch):
    monkeypatch.setenv("SAV_DATE", "2020-01-01")
    monkeypatch.setenv("OTHER", "kept")
    program = script("""printf '{"date": "%s", "other": "%s", "token": "%s"}\\n' "$SAV_DATE" "$OTHER" "$SAV_TOKEN" """)
    assert run(program, SAV_TOKEN="t")[1] == {"date": "", "other": "kept", "token": "t"}


def test_the_environment_is_not_logged(script, caplog):
    caplog.set_level(logging.DEBUG)
    run(script("exit 77"), "deliver", SAV_TOKEN="never-shown", SAV_URL="http://user:never-shown@host")
    assert "never-shown" not in caplog.text


def started(path, alive):
    while alive() and not path.exists():
        time.sleep(0.01)


@pytest.mark.parametrize("name, on_term, grace, status", [
    ("it obeys", """trap 'echo "{\\"stopped\\": 1}"; exit 75' TERM""", 60, (75, {"stopped": 1})),
    ("it does not", "trap '' TERM", 0.1, (-signal.SIGKILL, {})),
])
def test_stop(script, tmp_path, name, on_term, grace, status):
    ready = tmp_path / "ready"
    program = script(on_term, f"echo > {ready}", "while :; do read line || :; done")
    command = Command(program, [], {}, log, grace)
    came = []
    thread = threading.Thread(target=lambda: came.append(command.run()))
    thread.start()
    started(ready, thread.is_alive)
    command.stop()
    thread.join()
    assert came == [status]


def test_an_exception_ends_the_program(script, tmp_path):
    """As when a task's time is over."""
    ready, ended = tmp_path / "ready", tmp_path / "ended"
    program = script(f"trap 'echo > {ended}; exit 75' TERM", "echo started", "echo again",
                     f"echo > {ready}", "while :; do read line || :; done")

    class TimeIsOver(Exception):
        pass

    def raise_it(*_):
        raise TimeIsOver

    before = signal.signal(signal.SIGALRM, raise_it)
    try:
        main = threading.get_ident()
        threading.Thread(target=lambda: (started(ready, lambda: True),
                                         signal.pthread_kill(main, signal.SIGALRM))).start()
        with pytest.raises(TimeIsOver):
            run(program)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert ended.exists()


def test_a_delivery_is_stopped_and_goes_on(sav, receiver, tmp_path):
    """One request a second would take long; it is stopped at the first."""
    out, received = tmp_path / "out", tmp_path / "received.jsonl"
    _, analysed = sav("analyze", "--input", MESSAGES, "--out", out)
    environment = {"SAV_URL": receiver(), "SAV_TOKEN": TOKEN}
    command = Command(SAV, ["deliver", "--out", str(out), "--rate", "1"], environment, log, grace=600)
    came = []
    thread = threading.Thread(target=lambda: came.append(command.run()))
    thread.start()
    while thread.is_alive() and not (received.exists() and received.stat().st_size):
        time.sleep(0.01)
    command.stop()
    thread.join()
    (status, stopped), = came
    assert status == 75 and stopped["delivery"]["pending"] > 0
    status, done = run(SAV, "deliver", "--out", str(out), **environment)
    assert status == 0 and done["delivery"]["pending"] == 0
    assert len(received.read_text().splitlines()) == analysed["report_rows"], "nothing lost, nothing twice"


def test_sav_itself(sav, tmp_path):
    status, summary = run(SAV, "analyze", f"--input={MESSAGES}", "--out", str(tmp_path))
    assert (status, summary["conversations"], summary["files"]["report"]) == (0, 4801, str(tmp_path / "report.csv"))


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells a process of its parent's end")
def test_a_killed_runner_leaves_nothing_behind(script, tmp_path):
    """SIGKILL leaves no time to stop the program; the system does."""
    ready, ended = tmp_path / "ready", tmp_path / "ended"
    program = script(f"trap 'echo > {ended}; exit 75' TERM", f"echo $$ > {ready}.new; mv {ready}.new {ready}",
                     "while [ -d /proc/$PPID ]; do sleep 0.05; done", "while :; do sleep 0.05; done")
    text = ("import logging, sys; from sav_airflow.command import Command; "
            "Command(sys.argv[1], [], {}, logging.getLogger()).run()")
    with subprocess.Popen([sys.executable, "-c", text, program],
                          env=os.environ | {"PYTHONPATH": ":".join(sys.path)}) as runner:
        started(ready, lambda: runner.poll() is None)
        runner.kill()
    until = time.monotonic() + 60
    while not ended.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert ended.exists(), f"process {ready.read_text()} goes on"
