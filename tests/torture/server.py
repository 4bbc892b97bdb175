"""A database of the torturers' own, as durable as a real one, and the ways it is killed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from config.database import with_parts
from config.embedded.postgres import EmbeddedPostgres, packaged_programs
from config.embedded.processes import kill_processes, processes_in
from config.prepare import migrate
from config.roles import prepare_logins
from tests.databases import SEES_THE_WHOLE

PROJECT = Path(__file__).resolve().parent.parent.parent
# Only so that a run that hangs fails; nothing is measured by it.
PATIENCE_SECONDS = 120
PASSWORD = "only-while-it-is-tortured"


class Server:
    """PostgreSQL with every sync to disk, holding a migrated database called `strongroom`."""

    def __init__(self, directory: Path) -> None:
        self._postgres = EmbeddedPostgres(
            directory=directory / "postgres",
            password=PASSWORD,
            log=directory / "postgres.log",
            programs=packaged_programs(),
            is_durable=True,
        )

    def set_up(self) -> None:
        """Start it for the first time and make the tables."""
        url = self._postgres.start("strongroom")
        self._logins = prepare_logins(url, owner_password=PASSWORD, service_password=PASSWORD)
        migrate(self._logins, os.environ)

    def start_again(self) -> None:
        """As after a crash: PostgreSQL recovers from its log. One whose postmaster lives does it unasked."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            assert time.monotonic() < deadline, "PostgreSQL does not recover"
            if not self._postgres.is_running:
                self._postgres.start()
            time.sleep(0.1)

    def remove(self) -> None:
        """Stop it for good."""
        self._postgres.stop()
        self._postgres.stop_leftovers()

    def administer(self, statement: str) -> None:
        """Run a statement as the administrator."""
        admin = with_parts(self._logins.owner_url, user="postgres", password=PASSWORD)
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(statement.encode())

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection of the service that sees one state per transaction."""
        connection = psycopg.connect(self._logins.service_url, options=SEES_THE_WHOLE)
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        return connection

    @property
    def environment(self) -> Mapping[str, str]:
        """For processes that use it as the service does."""
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}
        return {**kept, "DATABASE_URL": self._logins.service_url, "DJANGO_SETTINGS_MODULE": "config.settings"}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a Python program of the project on it, to its end."""
        return subprocess.run(
            [sys.executable, *command], cwd=PROJECT, env=self.environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def postmaster(self) -> psutil.Process:
        """The process that all others come from."""
        return psutil.Process(int((self._postgres.data / "postmaster.pid").read_text().split("\n")[0]))

    def processes(self) -> list[psutil.Process]:
        """All processes that work in its data directory."""
        return processes_in(self._postgres.data, program="postgres")


def kill_immediately(server: Server) -> None:
    """The mode of shutdown that is a crash: nothing is finished, nothing written."""
    server.postmaster().send_signal(signal.SIGQUIT)


def kill_the_postmaster(server: Server) -> None:
    """Its children find out by themselves."""
    server.postmaster().kill()


def kill_everything(server: Server) -> None:
    """No process gets to do anything more."""
    server.postmaster().suspend()
    kill_processes([*server.processes(), server.postmaster()])


def kill_a_backend(server: Server) -> None:
    """The postmaster lives, ends all sessions and recovers by itself."""
    backends = [child for child in server.postmaster().children() if _is_of_the_service(child)]
    kill_processes([random.choice(backends)])


def _is_of_the_service(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return "strongroom_service" in " ".join(process.cmdline())
    return False


KILLS: tuple[Callable[[Server], None], ...] = (
    kill_immediately, kill_everything, kill_the_postmaster, kill_a_backend,
)  # fmt: skip
