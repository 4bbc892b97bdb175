"""Finds, watches and stops server processes by what they work in, not by a process number in a file."""

import signal
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import psutil

from config.startup import CannotStart

LINES_OF_LOG_TO_SHOW = 8


def launch(command: Sequence[str], *, log: Path, configuration: str = "") -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, so that Ctrl-C in the terminal doesn't reach it.

    `configuration` goes to its standard input, where no list of processes shows it.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE if configuration else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,
        )
    if process.stdin is not None:
        with process.stdin as stdin:
            stdin.write(configuration.encode())
    return process


def processes_in(directory: Path, *, program: str) -> list[psutil.Process]:
    """Every process of `program` that works in `directory`: a server of ours and its children."""
    found = []
    place = str(directory.resolve())
    for process in psutil.process_iter():
        try:
            if process.name() == program and process.cwd().removesuffix(" (deleted)") == place:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def stop_processes(
    processes: Iterable[psutil.Process], *, with_signal: signal.Signals, within_seconds: float
) -> None:
    """Ask the processes to stop; kill what is still there when the time is over."""
    standing = list(processes)
    for process in standing:
        _send(process, with_signal)
    _, standing = psutil.wait_procs(standing, timeout=within_seconds)
    for process in standing:
        _send(process, signal.SIGKILL)
    psutil.wait_procs(standing, timeout=5)


def kill_processes(processes: Iterable[psutil.Process]) -> None:
    """kill -9, whatever state they are in; one that ended by itself meanwhile is as good."""
    stop_processes(processes, with_signal=signal.SIGKILL, within_seconds=5)


def cannot_start(what: str, log: Path) -> CannotStart:
    """The error of a server that didn't come up, with the end of its log."""
    lines = log.read_text(errors="replace").splitlines()[-LINES_OF_LOG_TO_SHOW:]
    return CannotStart("\n  ".join([f"{what} didn't start. The end of {log}:", *lines]))


def pause() -> None:
    """Between two looks at a server that is coming up."""
    time.sleep(0.02)


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
