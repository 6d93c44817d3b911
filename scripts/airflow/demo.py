#!/usr/bin/env python
"""Three days of the sample under "airflow standalone": scripts/airflow.sh scripts/airflow/demo.py

Starts a receiver that fails now and then and an Airflow, has three days run, prints where to look,
and stops what it started. With --keep it goes on until Ctrl-C; --grid FILE takes a picture of the
DAG's grid.
"""

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

from server import Receiver, Standalone

HERE = pathlib.Path(__file__).resolve().parent
HOME = pathlib.Path(os.environ["AIRFLOW_HOME"])
SAV, REPORTS = os.environ["SAV_DAILY_PROGRAM"], pathlib.Path(os.environ["SAV_DAILY_ROOT"])
FIRST, LAST = "2026-03-03", "2026-03-05"


def say(text=""):
    print(text, flush=True)


def run_days(airflow):
    """Run the days, one after the other, and show how each task of each day ended; return the last run."""
    airflow.patch("/dags/sav_daily", {"is_paused": False})
    say("running")

    def show_run(run):
        if run["run_type"] != "backfill":
            return
        say(f"{run['data_interval_start'][:10]}  {run['state']}")
        tasks = airflow.tasks(run)
        for n in sorted({n for _, n in tasks if n >= 0}):
            states = [f"{name} {describe(tasks[f'day.{name}', n])}" for name in ("publish", "deliver")]
            say(f"  {tasks['day.publish', n]['rendered_map_index']}  {', '.join(states)}")

    # Unpaused, the DAG also runs for yesterday, of which the sample has no messages: all is skipped.
    runs = [run for run in airflow.ended(count=4, each=show_run) if run["run_type"] == "backfill"]
    if any(run["state"] != "success" for run in runs):
        sys.exit("a day failed")
    return runs[-1]


def describe(task):
    tries = task["try_number"]
    return task["state"] + (f" at attempt {tries}" if tries > 1 else "")


def show(airflow, received):
    say()
    say("reports:")
    for path in sorted(REPORTS.glob("ds=*/report.csv")):
        record = json.loads((path.parent / "published.json").read_text())
        say(f"  {path.relative_to(pathlib.Path.cwd())}  as of {record['as_of']}")
    say(f"delivered rows: {len(received.read_text().splitlines())} in {received.relative_to(pathlib.Path.cwd())}")
    say(f"logs of the tasks: {(HOME / 'logs').relative_to(pathlib.Path.cwd())}")
    say(f"Airflow: {airflow.url}/dags/sav_daily")


def take_grid(url, picture):
    """Take a picture of a page of Airflow with Debian's Chromium, driven by Playwright."""
    if not shutil.which("chromium"):
        say("installing Chromium with apt-get")
        for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL,
                           env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})
    browser = HOME.parent / "browser"
    if not (browser / "node_modules" / "playwright-core").exists():
        say(f"installing Playwright into {browser}")
        browser.mkdir(exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", browser, "playwright-core@1.64.1"],
                       check=True)
    pathlib.Path(picture).parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["node", HERE / "grid.js", url, picture], check=True,
                   env=os.environ | {"NODE_PATH": str(browser / "node_modules")})
    say(f"took {picture}")


def main():
    parser = argparse.ArgumentParser(description="Three days of the sample under an Airflow of its own.")
    parser.add_argument("--keep", action="store_true", help="go on until Ctrl-C, to look around")
    parser.add_argument("--grid", metavar="FILE", help="take a picture of the grid")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped

    received = HOME / "received.jsonl"
    receiver = Receiver(SAV, received, "a token", ["--status-every", "25=503"])
    try:
        say("starting Airflow")
        # Of what fails only Airflow's own retries are to be seen, and soon.
        connection = {"conn_type": "http", "host": receiver.url, "password": "a token", "extra": {"retries": 0}}
        # Beside a scheduler that writes, SQLite would now and then refuse to make the runs.
        backfill = ["backfill", "create", "--dag-id", "sav_daily", "--from-date", FIRST, "--to-date", LAST,
                    "--max-active-runs", "1", "--dag-run-conf", json.dumps({"trailing_days": 3})]
        airflow = Standalone(HOME, {"AIRFLOW_CONN_SAV_API": json.dumps(connection), "SAV_DAILY_RETRY_DELAY": "1"},
                             [backfill])
        try:
            last = run_days(airflow)
            show(airflow, received)
            if args.grid:
                take_grid(f"{airflow.url}/dags/sav_daily/runs/{last['dag_run_id']}", args.grid)
            if args.keep:
                say("Ctrl-C stops it")
                signal.pause()
        except KeyboardInterrupt:
            pass
        finally:
            say("stopping Airflow")
            airflow.stop()
    finally:
        receiver.stop()


if __name__ == "__main__":
    main()
