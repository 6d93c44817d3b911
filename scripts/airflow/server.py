"""A receiver and an Airflow that live as long as we need them. Both end with their `stop`."""

import json
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

PATIENCE = 900  # seconds for anything that is waited for; a busy machine is slow to start Airflow


def wait_for(what, ready, alive, log):
    """Call ready until it returns something true, and return that; stop if what we wait for has died."""
    until = time.monotonic() + PATIENCE
    while True:
        if value := ready():
            return value
        if not alive() or time.monotonic() > until:
            raise RuntimeError(f"{what}: waited in vain\n"
                               + "\n".join(log.read_text(errors="replace").splitlines()[-30:]))
        time.sleep(0.2)


class Process:
    """A process in a session of its own, whose output goes to a file."""

    def __init__(self, argv, log, environment):
        self.log = pathlib.Path(log)
        # A shell starts its background commands with SIGINT ignored, and those would hand that on.
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        with open(self.log, "ab") as out:
            self._process = subprocess.Popen(argv, env=environment, stdin=subprocess.DEVNULL, stdout=out,
                                             stderr=subprocess.STDOUT, start_new_session=True)

    def alive(self):
        return self._process.poll() is None

    def stop(self):
        """SIGINT it, and kill what is left of its session after a while."""
        if self.alive():
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()


class Receiver(Process):
    """"sav receive" on a free local port."""

    def __init__(self, sav, out, token, options=(), addr="127.0.0.1:0"):
        url = out.with_name(out.name + ".url")
        url.unlink(missing_ok=True)
        super().__init__([sav, "receive", "--addr", addr, "--addr-file", str(url), "--out", str(out), *options],
                         out.with_name(out.name + ".log"), os.environ | {"SAV_RECEIVE_TOKEN": token})
        try:
            self.url = wait_for("sav receive", lambda: url.exists() and url.read_text().strip(), self.alive, self.log)
        except BaseException:
            self.stop()
            raise


class Standalone(Process):
    """"airflow standalone" on a free local port, and its API. The environment is that of airflow.sh.
    `first` are commands of airflow for when nothing else has the database open.
    """

    def __init__(self, home, environment, first=()):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.environment = os.environ | environment | {
            "AIRFLOW__API__PORT": str(port), "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": self.url + "/execution/",
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(16),
        }
        self._token = ""
        # The database may hold the DAG as another environment has read it.
        for arguments in (["db", "migrate"], ["dags", "reserialize"], *first):
            self.cli(*arguments)
        super().__init__(["airflow", "standalone"], home / "standalone.log", self.environment)
        try:
            self.wait("airflow", lambda: self._healthy())
            self._token = self._request("GET", "/auth/token")["access_token"]
            self.wait("the DAG", lambda: self.get("/dags")["dags"])
        except BaseException:
            self.stop()
            raise

    def wait(self, what, ready):
        return wait_for(what, ready, self.alive, self.log)

    def get(self, path):
        return self._request("GET", "/api/v2" + path)

    def post(self, path, body):
        return self._request("POST", "/api/v2" + path, body)

    def patch(self, path, body):
        return self._request("PATCH", "/api/v2" + path, body)

    def cli(self, *arguments):
        """Run the airflow command beside the server; return what it prints."""
        done = subprocess.run(["airflow", *arguments], env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode:
            raise RuntimeError(f"airflow {' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def ended(self, dag="sav_daily", count=1, each=lambda run: None):
        """Wait until the DAG has so many runs and all have ended; return them, earliest day first. each is called for
        each run when it has ended.
        """
        told = set()

        def runs():
            found = self.get(f"/dags/{dag}/dagRuns?order_by=logical_date&limit=100")["dag_runs"]
            for run in found:
                if run["state"] in ("success", "failed") and run["dag_run_id"] not in told:
                    told.add(run["dag_run_id"])
                    each(run)
            return len(found) >= count and all(r["state"] in ("success", "failed") for r in found) and found
        return self.wait(f"{count} runs", runs)

    def tasks(self, run, dag="sav_daily"):
        """The task instances of a run, by task and map index."""
        found = self.get(f"/dags/{dag}/dagRuns/{run['dag_run_id']}/taskInstances?limit=1000")["task_instances"]
        return {(t["task_id"], t["map_index"]): t for t in found}

    def _healthy(self):
        try:
            health = self._request("GET", "/api/v2/monitor/health")
        except (OSError, RuntimeError):
            return False
        return all((health[part] or {}).get("status") == "healthy"
                   for part in ("metadatabase", "scheduler", "dag_processor"))

    def _request(self, method, path, body=None):
        request = urllib.request.Request(self.url + path, method=method, headers={
            "Content-Type": "application/json", "Authorization": f"Bearer {self._token}"})
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=600) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode(errors='replace')}") from error
