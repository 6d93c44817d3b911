import gzip
import json
import os
import re
import subprocess
import threading
import time

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from conftest import PLACE, ROOT, SAV, same


def inputs(files):
    return [f"--input={file}" for file in files]


def parquet(files, folder):
    made = []
    for file in files:
        header = file.read_text().split("\n")[0].split(",")
        text = pa.csv.ConvertOptions(column_types={name: pa.string() for name in header})
        rows = pa.csv.read_csv(file, convert_options=text,
                               parse_options=pa.csv.ParseOptions(invalid_row_handler=lambda row: "skip"))
        made.append(folder / f"{file.stem}.parquet")
        pa.parquet.write_table(rows, made[-1], row_group_size=1000)
    return made


@pytest.mark.parametrize("partitions", [1, 7, 64])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_files_are_those_of_one_machine(form, partitions, messages, one, many, tmp_path):
    files = messages if form == "csv" else parquet([messages[0]], tmp_path)
    arguments = [*inputs(files), "--max-reject-rate=0.5"]
    status, out = many(*arguments, "--partitions", partitions)
    assert status == 0
    same(one(*arguments), out)


def test_a_window_a_zone_levels_and_gzip(messages, one, many, tmp_path):
    packed = tmp_path / "odd.csv.gz"
    packed.write_bytes(gzip.compress(messages[1].read_bytes()))
    arguments = [*inputs([messages[0], packed]), "--max-reject-rate=0.5", "--tz=Europe/Paris", "--from=2026-03-01",
                 "--as-of=2026-03-20", "--levels=merchant_client,all"]
    status, out = many(*arguments, "--partitions", 5)
    assert status == 0
    same(one(*arguments), out)


def test_a_table(spark, messages, one, many, tmp_path):
    file, = parquet([messages[0]], tmp_path)
    spark.read.parquet(str(file)).repartition(3).createOrReplaceTempView("messages")
    status, out = many("--table=messages", "--partitions", 4)
    assert status == 0
    assert (one(*inputs([file])) / "report.csv").read_bytes() == (out / "report.csv").read_bytes()


def test_empty_partitions(one, many, tmp_path):
    few = tmp_path / "few.csv"
    few.write_text("created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id\n"
                   "2026-03-01 10:00:00,1,1,2,3\n2026-03-01 11:00:00,2,1,2,3\n")
    status, out = many(*inputs([few]), "--partitions", 7)
    assert status == 0
    same(one(*inputs([few])), out)


def test_a_conversation_of_a_million_messages(one, many, tmp_path):
    big = tmp_path / "big.csv"
    with big.open("w") as file:
        file.write("created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id,conversation_id\n")
        for i in range(1_000_000):
            file.write(f"{1772323200 + i * 7919 % 100_000},{1 + i % 7 % 2},1,2,3,big\n")
            if i % 1000 == 0:
                file.write(f"{1772323200 + i},1,1,2,3,small{i}\n")
    status, out = many(*inputs([big]), "--partitions", 7)
    assert status == 0
    same(one(*inputs([big])), out)


def test_a_policy_and_what_it_is_judged_by(messages, one, many):
    policy = ROOT / "docs" / "examples" / "policy.yaml"
    arguments = [*inputs(messages), "--max-reject-rate=0.5", "--within=1h,24h", "--new-after=12h", f"--policy={policy}"]
    status, out = many(*arguments, "--partitions", 3)
    assert status == 0
    alone = one(*arguments)
    for name in ("report.csv", "detail.json"):
        assert (alone / name).read_bytes() == (out / name).read_bytes(), name
    said = [json.loads((folder / "run.json").read_text())["policy"]["sha256"] for folder in (alone, out)]
    assert said[0] == said[1] != ""


@pytest.mark.parametrize("text, status, said", [("calendars: 7\n", 78, "bad.yaml:1"), (None, 78, "no such file")])
def test_a_policy_that_cannot_be_used(text, status, said, messages, many, tmp_path, capfd):
    policy = tmp_path / "bad.yaml"
    if text:
        policy.write_text(text)
    assert many(*inputs(messages), f"--policy={policy}")[0] == status
    assert said in capfd.readouterr().err


def test_too_many_rejected(messages, many, capfd):
    status, out = many(*inputs(messages), "--max-reject-rate=0", "--partitions", 2)
    assert status == 65
    assert "were rejected, more than --max-reject-rate 0 allows" in capfd.readouterr().err
    assert (out / "failed" / "rejects.csv").exists() and not (out / "report.csv").exists()


def test_an_executor_without_the_program(messages, many, capfd):
    status, out = many(*inputs(messages), "--sav=missing")
    assert status == 70
    said = "missing is not on this executor, or cannot be run there: give it to spark-submit with --files"
    assert said in capfd.readouterr().err
    assert not out.exists()


def test_blocks_that_are_damaged(messages, many, capfd):
    status, out = many(*inputs(messages), "--sav=cut-sav", "--partitions", 2)
    assert status == 65
    assert re.search(r"standard input: the block at byte \d+ is cut off", capfd.readouterr().err)
    assert not out.exists()


def test_an_input_that_cannot_be_used(many, messages, tmp_path, capfd):
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    assert many(*inputs([bad]))[0] == 65
    assert "lacks created_at" in capfd.readouterr().err
    other = tmp_path / "other.csv"
    other.write_text("created_at,sender_user_id,client_user_id,merchant_user_id,merchant_id\n")
    assert many(*inputs([messages[0], other]))[0] == 65
    assert "has other optional columns than" in capfd.readouterr().err


def test_a_killed_worker_changes_nothing(cluster, messages, one, many):
    arguments = [*inputs(messages), "--max-reject-rate=0.5"]
    done = []
    run = threading.Thread(target=lambda: done.append(many(*arguments, "--sav=slow-sav", "--partitions", 6)))
    run.start()
    while not (PLACE / "began").exists():
        assert run.is_alive()
        time.sleep(0.05)
    cluster.workers[0].kill()  # with its executor, in the midst of a partition, its part of the shuffle gone
    (PLACE / "go").touch()
    run.join()
    (status, out), = done
    assert status == 0
    same(one(*arguments), out)


def test_spark_submit(cluster, messages, one, tmp_path):
    """As a user does, in a process of its own."""
    for _ in range(2):  # the tests' own session holds two cores, and takes that of a worker that was killed again
        cluster.add_worker()
    arguments = [*inputs(messages[:1]), "--column=country=country"]
    done = subprocess.run(["spark-submit", "--master", cluster.url, "--conf", "spark.ui.enabled=false",
                           "--executor-memory", "768m",
                           "--conf", "spark.driver.host=127.0.0.1", "--files", SAV,
                           str(ROOT / "spark" / "sav_spark.py"),
                           *arguments, "--partitions=3", f"--out={tmp_path / 'many'}"], capture_output=True, text=True,
                          env={k: v for k, v in os.environ.items() if not k.startswith("PYTHONPATH")})
    assert done.returncode == 0, done.stderr[-3000:]
    same(one(*arguments), tmp_path / "many")
