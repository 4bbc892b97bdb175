"""The programs of the service, each a process of its own that is watched and started again."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

BASE_DIR = Path(__file__).resolve().parent.parent.parent
# Every program carries the installation it belongs to, so that a later run finds what was left.
BELONGS_TO = "STRONGROOM_BELONGS_TO"
LARGEST_LOG = 10_000_000

WEB = ("gunicorn", "--config", "python:config.gunicorn")
WORKER = ("celery", "--app", "config", "worker", "--loglevel", "INFO")
SCHEDULER = ("celery", "--app", "config", "beat", "--scheduler", "jobs.beat:JobScheduler", "--pidfile=")


@dataclass
class Program:
    """One program: its command, where it logs, and the process that runs it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches only the one who stops everything in order."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", *self.command],
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        """Whether the process started last still runs."""
        return self._process is not None and self._process.poll() is None

    def ask_to_stop(self) -> None:
        """Let it finish what it holds."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self, *, within_seconds: float) -> None:
        """Wait until it has stopped; then end whatever of it is still there."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=within_seconds)
        _kill_group(self._process.pid)
        self._process.wait()


def turn_log_over(path: Path) -> None:
    """Put a log that has grown large aside; the one before it is dropped."""
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))


def programs_of(installation: Path) -> list[psutil.Process]:
    """Every process that belongs to the installation, except this one and those it descends from."""
    us = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid not in us and process.environ().get(BELONGS_TO) == str(installation):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
