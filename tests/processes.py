"""Real servers and processes for tests: a Redis-compatible server, Celery workers, the scheduler.

Use them with the fixture `committed_database`, and give its name as `database`.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import redis
from django.conf import settings
from django.db import connections

from config.embedded.valkey import packaged_program

PROJECT = Path(__file__).resolve().parent.parent


def database_url(database: str, alias: str = "default") -> str:
    """Address of a database on the test server, for a process of its own."""
    values = connections[alias].settings_dict
    login = f"{quote(values['USER'])}:{quote(values['PASSWORD'])}"
    if not values["HOST"].startswith("/"):
        return f"postgresql://{login}@{values['HOST']}:{values['PORT'] or 5432}/{database}"
    return f"postgresql://{login}@/{database}?host={quote(values['HOST'])}&port={values['PORT'] or 5432}"


class Process:
    """A process in a session of its own, so that it and its children can be killed at once."""

    def __init__(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self._printed = ""
        self._log = tempfile.NamedTemporaryFile(prefix=f"{name}-", suffix=".log")  # noqa: SIM115
        self._popen = subprocess.Popen(
            command,
            cwd=PROJECT,
            env={**os.environ, **environment},
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.pid = self._popen.pid

    def is_running(self) -> bool:
        """Whether the main process lives."""
        return self._popen.poll() is None

    def log(self) -> str:
        """Everything it has printed."""
        if not self._log.closed:
            self._printed = Path(self._log.name).read_text(errors="replace")
        return self._printed

    def signal_all(self, number: signal.Signals) -> None:
        """Send a signal to the process and all its children."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def kill(self) -> None:
        """kill -9 to the process and all its children."""
        self.signal_all(signal.SIGKILL)
        self._popen.wait(10)

    def stop(self, seconds: float = 20) -> bool:
        """Ask it to end; kill what is left. True if it ended by itself in time."""
        self._popen.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(seconds)
        has_ended = not self.is_running()
        self.kill()
        self.log()
        self._log.close()
        return has_ended


class RedisServer:
    """A Redis-compatible server that keeps nothing on disk: killing it loses all its data."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._directory = tempfile.mkdtemp(prefix="strongroom-redis-")
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, empty, on the same port as before."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._popen = subprocess.Popen(
            [str(packaged_program()), *options, "--dir", self._directory], stdout=subprocess.DEVNULL
        )
        wait_for(self._answers, seconds=10, what="the Redis-compatible server answers")

    def kill(self) -> None:
        """kill -9; nothing of its data is left."""
        if self._popen is not None:
            self._popen.kill()
            self._popen.wait(10)
            self._popen = None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, as SIGSTOP to let it hang."""
        if self._popen is not None:
            self._popen.send_signal(number)

    def client(self) -> redis.Redis:
        """A connection to look inside."""
        return redis.Redis.from_url(self.url)

    def remove(self) -> None:
        """Kill it and remove its directory."""
        self.kill()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(5) == b"+PONG"
        except OSError:
            return False


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A Redis-compatible server of the test's own."""
    server = RedisServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@contextmanager
def worker(
    database: str,
    redis_url: str,
    *,
    concurrency: int = 2,
    django_settings: str = "config.settings",
    environment: Mapping[str, str] | None = None,
) -> Iterator[Process]:
    """A real Celery worker on a committed database."""
    command = _celery("worker", "--loglevel", "INFO", "--concurrency", str(concurrency))
    process = Process("worker", command, _environment(database, redis_url, django_settings, environment))
    try:
        yield process
    finally:
        process.stop()


@contextmanager
def beat(
    database: str,
    redis_url: str,
    *,
    django_settings: str = "config.settings",
    environment: Mapping[str, str] | None = None,
) -> Iterator[Process]:
    """A real scheduler on a committed database."""
    command = _celery("beat", "--loglevel", "INFO", "-S", "jobs.beat:JobScheduler")
    process = Process("beat", command, _environment(database, redis_url, django_settings, environment))
    try:
        yield process
    finally:
        process.stop()


def wait_for(
    condition: Callable[[], bool], *, seconds: float, what: str, logs: tuple[Process, ...] = ()
) -> float:
    """Wait until the condition holds and say how long that took; else fail with the processes' logs."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if condition():
            return time.monotonic() - started
        time.sleep(0.1)
    text = "\n".join(f"--- {process.name}\n{process.log()[-6000:]}" for process in logs)
    raise AssertionError(f"not within {seconds} s: {what}\n{text}")


def free_port() -> int:
    """A TCP port that nobody uses at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _celery(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "config", *arguments]


def _environment(
    database: str, redis_url: str, django_settings: str, more: Mapping[str, str] | None
) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url(database),
        "REDIS_URL": redis_url,
        "DJANGO_SETTINGS_MODULE": django_settings,
        "STRONGROOM_SECRET_KEY": settings.SECRET_KEY,
        **(more or {}),
    }
