"""What is broken on purpose, and what comes of it: rows of the table in docs/airflow.md."""

import json
import resource
from pathlib import Path

import pytest
from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from conftest import MESSAGES, SAV, TOKEN
from sav_airflow.operators import DeliverDay, PublishDay
from server import Receiver
from test_operators import analysed, analyze, context, stored, window  # noqa: F401: stored is a fixture


def test_the_api_is_down_and_comes_back(tmp_path, stored):  # noqa: F811
    receiver = Receiver(SAV, tmp_path / "received.jsonl", TOKEN)
    receiver.stop()
    stored["sav_api"] = Connection(conn_id="sav_api", conn_type="http", host=receiver.url, password=TOKEN,
                                   extra='{"retries": 0}')
    asked = analysed(window(tmp_path))
    deliver = DeliverDay(task_id="d", window=asked, conn_id="sav_api", program=SAV)
    with pytest.raises(AirflowException, match="2026-03-02: sav ended with 75: ") as error:
        deliver.execute(context())
    assert type(error.value) is AirflowException, "it is retried"
    back = Receiver(SAV, tmp_path / "received.jsonl", TOKEN, addr=receiver.url.split("/")[2])
    try:
        summary = deliver.execute(context())
    finally:
        back.stop()
    assert len((tmp_path / "received.jsonl").read_text().splitlines()) == summary["report_rows"]


@pytest.mark.parametrize("asked, fails", [
    ({"day": "2026-03-03"}, True),
    ({"day": "2026-03-09"}, True),
    ({"day": "2026-03-20"}, False),  # it is not among the days of the run
    ({"day": "2026-03-03", "trailing_days": 0, "min_conversations": 1}, True),
])
def test_a_day_is_malformed(tmp_path, asked, fails):
    """All rows of 3 March, 1.3 % of all. Without a time they count as rows of the day before, that of the row before
    them: a run of one day finds none, and takes the other guard.
    """
    lines = MESSAGES.read_text().splitlines(keepends=True)
    broken = tmp_path / "broken.csv"
    broken.write_text("".join(line.replace(",2026-03-03 ", ",2026-03-03-") for line in lines))
    try:
        analyze(tmp_path / "root", input=[str(broken)], max_reject_rate=0.02, **{"trailing_days": 7} | asked)
    except AirflowFailException as error:
        assert fails and f"{asked['day']}: sav ended with 65: " in str(error) and "of the command: " in str(error)
        assert not list((tmp_path / "root").glob("ds=*"))
    else:
        assert not fails


@pytest.fixture
def small_files():
    """No file of this process, or of those it starts, may become larger than 4 KiB: as if the disk were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_the_disk_is_full_for_an_analysis(tmp_path, script):
    program = script("ulimit -f 8", f'exec {SAV} "$@"')  # blocks of 512 bytes
    with pytest.raises(AirflowException, match="2026-03-02: sav ended with ") as error:
        analyze(tmp_path, program=program)
    assert type(error.value) is AirflowException, "it is retried"
    assert not list(tmp_path.glob("ds=*/as_of=*/run.json"))
    assert analyze(tmp_path)["days"][0]["empty"] is False


def test_the_disk_is_full_for_a_publication(tmp_path, request):
    """The report that is there stays, whole; the next attempt takes its place."""
    first, later = analysed(window(tmp_path)), analysed(window(tmp_path, as_of="2026-03-08T00:00:00Z"))
    PublishDay(task_id="p", window=first).execute(context())
    published = Path(first["folder"]).parent / "report.csv"
    before = published.read_bytes()
    request.getfixturevalue("small_files")
    with pytest.raises(AirflowException, match="2026-03-02: .*too large") as error:
        PublishDay(task_id="p", window=later).execute(context())
    assert type(error.value) is AirflowException, "it is retried"
    assert published.read_bytes() == before
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    PublishDay(task_id="p", window=later).execute(context())
    assert published.read_bytes() == (Path(later["folder"]) / "report.csv").read_bytes() != before


def test_the_database_of_messages_is_gone(tmp_path, stored):  # noqa: F811
    stored["sav_db"] = Connection(conn_id="sav_db", conn_type="postgres", host="127.0.0.1", port=1, login="me",
                                  password=TOKEN,
                                  schema="s", extra=json.dumps({"sslmode": "disable"}))
    with pytest.raises(AirflowException, match="2026-03-02: sav ended with 74: ") as error:
        analyze(tmp_path, input=[])
    assert type(error.value) is AirflowException, "it is retried"
    assert TOKEN not in str(error.value)
