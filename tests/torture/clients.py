"""Client processes that work on a database until it is killed, and what they wrote down."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.torture.server import PATIENCE_SECONDS, PROJECT, Server


class Client:
    """A process that posts. Its log says what it began and what was acknowledged."""

    def __init__(self, server: Server, name: str, way: str, directory: Path) -> None:
        self.name = name
        self.way = way
        self._log = directory / f"{name}.log"
        self._log.touch()
        self._server = server
        self._process = subprocess.Popen(
            [sys.executable, *self._program()], cwd=PROJECT, env=server.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    @property
    def begun(self) -> int:
        """How many batches it began; they are numbered from zero."""
        return self._count("begun")

    @property
    def acknowledged(self) -> int:
        """How many batches it knows to be committed."""
        return self._count("done")

    def wait(self) -> str:
        """Wait until it has found out that the database is gone; what it printed."""
        output, _ = self._process.communicate(timeout=PATIENCE_SECONDS)
        assert self._process.returncode == 0, output
        return output

    def kill(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.communicate()

    def post_again(self, directory: Path) -> str:
        """Let another process post everything that was begun once more; what it printed."""
        log = directory / f"{self.name}.again.log"
        result = self._server.run(*self._program(log), "--again", str(self.begun))
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def _program(self, log: Path | None = None) -> list[str]:
        return ["-m", "tests.torture.posting", "--name", self.name, "--way", self.way,
                "--log", str(log or self._log)]  # fmt: skip

    def _count(self, word: str) -> int:
        return sum(line.startswith(f"{word} ") for line in self._log.read_text().splitlines())


@contextmanager
def clients(server: Server, names: Sequence[tuple[str, str]], directory: Path) -> Iterator[list[Client]]:
    """Start clients of these names and ways; none is left in the end."""
    started: list[Client] = []
    try:
        for name, way in names:
            started.append(Client(server, name, way, directory))
        yield started
    finally:
        for client in started:
            client.kill()


def wait_for_acknowledgements(started: Sequence[Client], *, batches: int) -> None:
    """Wait until every client has had so many batches acknowledged."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(client.acknowledged < batches for client in started):
        assert time.monotonic() < deadline, "the clients do not get on"
        time.sleep(0.005)
