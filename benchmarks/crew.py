"""A contender at work: its database, and the process that forks its clients, seen from the benchmark."""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from benchmarks.contenders import Entry
from benchmarks.contenders.contract import DoesNotAddUp
from benchmarks.server import BASE_DIR, Server
from config.prepare import migrate
from config.roles import prepare_logins

# Strongroom's tables without a row, which each of its databases begins as.
MIGRATED = "bench_migrated"


class CrewFailed(Exception):
    """A contender's process ended, or answered with an error."""


class Crew:
    """Sends orders to a contender's process and adds up what it committed."""

    def __init__(self, entry: Entry, server: Server, url: str, *, is_new: bool) -> None:
        self.entry = entry
        self._server = server
        self._committed = 0
        self._is_new = is_new
        self._process = subprocess.Popen(
            [entry.python, "-m", "benchmarks.clients", entry.name],
            cwd=BASE_DIR,
            env={**os.environ, **environment_for(url, server)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def prepare(self, *, accounts: int, fill: int) -> None:
        """Fill the tables beforehand and let the database settle. What already stands is counted."""
        self._ask("prepare", accounts=accounts, fill=fill if self._is_new else 0)
        self._server.settle(self.entry.database)
        self._committed = int(self._ask("check")["transfers"])

    def rate(self, *, clients: int, seconds: float, is_hot: bool, seed: int) -> float:
        """Committed transfers per second of so many clients."""
        self._server.checkpoint()
        answer = self._ask("run", clients=clients, seconds=seconds, is_hot=is_hot, seed=seed)
        self._committed += answer["transfers"] + answer["warm_up"]
        return float(answer["transfers"] / answer["seconds"])

    def bulk(self, *, transfers: int, seed: int) -> tuple[float, float]:
        """Transfers per second of one call, and the peak memory of the process that made it, in megabytes."""
        self._server.checkpoint()
        answer = self._ask("bulk", transfers=transfers, seed=seed)
        self._committed += transfers
        return answer["transfers"] / answer["seconds"], answer["peak_mb"]

    def settle(self) -> None:
        """Statistics for what came since."""
        self._server.settle(self.entry.database)

    def check(self) -> None:
        """Everything acknowledged stands, nothing else does, and all balances add up. Raises DoesNotAddUp."""
        standing = int(self._ask("check")["transfers"])
        if standing != self._committed:
            raise DoesNotAddUp(f"{self.entry.title}: {self._committed} were committed, {standing} stand.")

    def close(self) -> None:
        """Let the process end."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()

    def _ask(self, order: str, **details: Any) -> dict[str, Any]:
        if self._process.stdin is None or self._process.stdout is None:
            raise CrewFailed(self.entry.title)
        self._process.stdin.write(json.dumps({"do": order, **details}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "its process has ended"}
        if "error" in answer:
            raise CrewFailed(f"{self.entry.title}: {answer['error']}")
        return answer


@contextmanager
def crews(entries: Sequence[Entry], server: Server, *, keep: bool) -> Iterator[list[Crew]]:
    """A crew for each contender, with a new database unless `keep` is asked for and there is one."""
    with ExitStack() as stack:
        found = []
        for entry in entries:
            is_new = not (keep and server.has_database(entry.database))
            crew = Crew(entry, server, make_ready(entry, server, is_new=is_new), is_new=is_new)
            stack.callback(crew.close)
            found.append(crew)
        yield found


def make_ready(entry: Entry, server: Server, *, is_new: bool) -> str:
    """The contender's database, Strongroom's made as operators make it; the URL of its login."""
    if not entry.is_strongroom:
        return server.make_database(entry.database) if is_new else server.url_of(entry.database)
    if is_new:
        _migrated(MIGRATED, server)
        server.drop_database(entry.database)
        server.copy_database(MIGRATED, entry.database)
    return _migrated(entry.database, server)


def _migrated(database: str, server: Server) -> str:
    """The URL of the service's login to a database, made and brought up to date as far as it isn't yet."""
    secrets = server.installation.load_secrets()
    logins = prepare_logins(
        server.url_of(database),
        owner_password=secrets.owner_password,
        service_password=secrets.service_password,
    )
    environment = {**os.environ, **environment_for(logins.service_url, server)}
    migrate(logins, environment, log=server.installation.log_path("migrate"))
    return logins.service_url


def environment_for(url: str, server: Server) -> dict[str, str]:
    """What a contender's process is told."""
    return {
        "DATABASE_URL": url,
        "STRONGROOM_VAR": str(server.installation.directory),
        "STRONGROOM_SECRET_KEY": server.installation.load_secrets().secret_key,
    }
