"""How the program sav is run, and what its exit status asks for."""

from __future__ import annotations

import json
import logging
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from enum import Enum


class Verdict(Enum):
    """What an exit status asks for."""

    DONE = "done"
    SKIP = "skip"  # there is nothing to do
    FAIL = "fail"  # the same again would end the same
    RETRY = "retry"  # the same again may succeed


# The statuses are those of docs/cli.md. What is not here (74, 75, a signal) may end otherwise next time.
VERDICTS = {
    0: Verdict.DONE,
    64: Verdict.FAIL,  # wrong usage
    65: Verdict.FAIL,  # input unusable
    70: Verdict.FAIL,  # a fault of sav
    76: Verdict.FAIL,  # batches that the API refused for good
    77: Verdict.FAIL,  # not authorised
    78: Verdict.FAIL,  # bad configuration
    99: Verdict.SKIP,  # no conversation in the window
}

# Becomes the program of its arguments, which gets SIGTERM when the thread that started it ends. The first argument
# is the process that this thread is of: it may have ended before.
WITH_PARENT = """
import ctypes, os, signal, sys
for ignored in (signal.SIGPIPE, signal.SIGXFSZ):
    signal.signal(ignored, signal.SIG_DFL)
ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
sys.exit(143)
"""

LEVELS = {"DEBUG": logging.DEBUG, "INFO": logging.INFO, "WARN": logging.WARNING, "ERROR": logging.ERROR}


def verdict(status: int) -> Verdict:
    """What an exit status asks for; that of a signal is negative."""
    return VERDICTS.get(status, Verdict.RETRY)


class Command:
    """A run of sav. It can be run once."""

    def __init__(self, program: str, arguments: Sequence[str], environment: Mapping[str, str],
                 log: logging.Logger, grace: float = 15, folder: str | None = None, held: Sequence[int] = ()):
        """Of our environment the program gets all but SAV_*, which are options of its own; these come
        from `environment` alone. When it is stopped it has `grace` seconds to end. It runs in `folder`, if
        there is one, and keeps the files `held` open.
        """
        self.argv = [program, *arguments]
        self.log, self.grace, self.folder, self.held = log, grace, folder, held
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("SAV_")}
        self.environment |= {"SAV_LOG_FORMAT": "json", "SAV_LOG_LEVEL": "info", **environment}
        self._process: Future[subprocess.Popen] | None = None

    def run(self) -> tuple[int, dict]:
        """Run it to its end, its output going to the log; return the exit status and the summary,
        which is the last line of its standard output.
        """
        self.log.info("running %s", shlex.join(self.argv))
        self._process = Future()
        threading.Thread(target=self._start, daemon=True).start()
        log = threading.Thread(target=self._relay, daemon=True)
        last = ""
        try:
            process = self._process.result()
            log.start()
            for line in process.stdout:
                if last:
                    self.log.info("%s", last)
                last = line.rstrip()
            status = process.wait()
        finally:  # also when the task's time is over
            if self._process.exception() is None:
                self.stop()
                process = self._process.result()
                process.wait()
                if log.ident:
                    log.join()
                process.stdout.close()
        summary = _object(last)
        if not summary and last:
            self.log.info("%s", last)
        return status, summary

    def _start(self) -> None:
        """Start the program. In a thread of its own, where no exception of a signal handler comes between
        the start and knowing the process. The thread stays until the program ends: on Linux its end, which may be
        that of our process by SIGKILL, is what ends the program.
        """
        try:
            program = shutil.which(self.argv[0])
            if program is None:
                raise FileNotFoundError(f"there is no such program, or it cannot be run: {self.argv[0]}")
            argv = [os.path.abspath(program), *self.argv[1:]]
            if sys.platform == "linux":
                argv = [sys.executable, "-I", "-S", "-c", WITH_PARENT, str(os.getpid()), *argv]
            # In a session of its own, so that a signal to our group does not reach it beside that of stop:
            # the second signal would end it at once.
            process = subprocess.Popen(
                argv, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace", start_new_session=True,
                cwd=self.folder, pass_fds=tuple(self.held))
        except BaseException as error:
            self._process.set_exception(error)
            return
        self._process.set_result(process)
        process.wait()

    def stop(self) -> None:
        """Ask the program to end, and see to it that it does within the grace. It leaves whole files,
        and a delivery that goes on where it was. This waits for the start alone: a signal handler may call it.
        """
        if self._process is None or self._process.exception() is not None:
            return
        process = self._process.result()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            late = threading.Timer(self.grace, process.kill)
            late.daemon = True
            late.start()

    def _relay(self) -> None:
        """Log standard error: lines of JSON at their own level, any other as a warning."""
        with self._process.result().stderr as lines:
            for line in lines:
                record = _object(line)
                level = LEVELS.get(record.pop("level", ""), logging.WARNING)
                record.pop("time", None)
                text = [record.pop("msg", line.rstrip())] if record else [line.rstrip()]
                self.log.log(level, "%s", " ".join(text + [f"{k}={v}" for k, v in record.items()]))


def _object(line: str) -> dict:
    """The object that a line of JSON is, or an empty one."""
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
