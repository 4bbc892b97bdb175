"""Where a run keeps what is gone when it ends: in memory, where the machine has plenty of it.

A run makes and drops some hundred databases of some hundred files each. On a disk that took a third of
the run's processor time, without a byte having to last.
"""

import os
import shutil
import signal
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

from config.embedded.processes import processes_in, stop_processes
from config.installation import Installation
from config.startup import CannotStart

BASE_DIR = Path(__file__).resolve().parent.parent
MEMORY = Path("/dev/shm")
PLENTY = 8_000_000_000
"""Bytes: several times what the largest run has held at once."""

SERVERS = [("postgres", "postgres"), ("valkey-server", "valkey"), ("redis-server", "redis")]
"""The programs that a run may start, and the directories in its own in which they keep their data."""


@contextmanager
def own_directory(*, holder: str) -> Iterator[Installation]:
    """A directory of the run's own, gone when the block ends; those of runs that were killed are cleared."""
    place = _place_of_runs()
    installation = Installation(place / uuid.uuid4().hex[:12])
    with ExitStack() as stack:
        # One at a time, so that no directory is seen that is made but not held yet.
        with (place / "lock").open("w") as lock:
            flock(lock, LOCK_EX)
            for left in filter(Path.is_dir, place.iterdir()):
                _clear_if_abandoned(Installation(left))
            stack.callback(shutil.rmtree, installation.directory, ignore_errors=True)
            installation.make_ready()
            stack.enter_context(installation.locked(holder=holder))
        yield installation


def _place_of_runs() -> Path:
    """A directory of this account's own, shared by its runs; below the checkout where memory won't do."""
    if _has_plenty(MEMORY):
        place = MEMORY / f"strongroom-tests-{os.getuid()}"
        place.mkdir(mode=0o711, exist_ok=True)
        if place.stat().st_uid == os.getuid():
            return place
    place = BASE_DIR / "var" / "test"
    place.mkdir(mode=0o711, parents=True, exist_ok=True)
    return place


def _has_plenty(directory: Path) -> bool:
    return (
        directory.is_dir() and os.access(directory, os.W_OK) and shutil.disk_usage(directory).free >= PLENTY
    )


def _clear_if_abandoned(installation: Installation) -> None:
    try:
        with installation.locked(holder="a test run that clears up"):
            for program, name in SERVERS:
                left = processes_in(installation.directory / name / "data", program=program)
                stop_processes(left, with_signal=signal.SIGQUIT, within_seconds=5)
            shutil.rmtree(installation.directory, ignore_errors=True)
    except (CannotStart, FileNotFoundError):
        return  # in use, or cleared by another run at this moment
