"""Runs a command against a PostgreSQL and a Redis as Debian packages them, started for it alone.

`python -m tests.debian_servers pytest ...` sets `DATABASE_URL` (a login that may make roles and
databases) and `REDIS_URL` as an operator with servers of their own would, and leaves nothing behind.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.postgres import EmbeddedPostgres
from config.embedded.valkey import EmbeddedValkey
from config.startup import CannotStart
from tests.places import own_directory

PASSWORD = "only-while-the-command-runs"


@contextmanager
def debian_servers(directory: Path) -> Iterator[dict[str, str]]:
    """The two URLs, while both servers run with their data below the directory."""
    postgres = EmbeddedPostgres(
        directory=directory / "postgres",
        password=PASSWORD,
        log=directory / "postgres.log",
        programs=_postgres_programs(),
        is_durable=False,
    )
    valkey = EmbeddedValkey(
        directory=directory / "redis",
        password=PASSWORD,
        log=directory / "redis.log",
        program=_redis_program(),
        is_durable=False,
    )
    try:
        yield {"DATABASE_URL": postgres.start("strongroom"), "REDIS_URL": valkey.start()}
    finally:
        valkey.stop()
        postgres.stop()


def _postgres_programs() -> Path:
    """The oldest PostgreSQL that is installed: what runs on it runs on newer ones."""
    found = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    versions = sorted(int(path.parent.parent.name) for path in found)
    fitting = [version for version in versions if version >= 15]
    if not fitting:
        raise CannotStart("Debian's PostgreSQL 15 or newer isn't installed: run .ci/packages")
    return Path(f"/usr/lib/postgresql/{fitting[0]}/bin")


def _redis_program() -> Path:
    program = shutil.which("redis-server")
    if program is None:
        raise CannotStart("Debian's Redis isn't installed: run .ci/packages")
    return Path(program)


def main() -> int:
    """Run the command; its exit code. A signal is left to the command, the servers stop after it."""
    with own_directory(holder="Debian's servers") as own, debian_servers(own.directory) as urls:
        given = {key: value for key, value in os.environ.items() if key != "DATABASE_OWNER_URL"}
        with subprocess.Popen(sys.argv[1:], env={**given, **urls}) as process:
            signal.signal(signal.SIGINT, lambda *_: None)
            signal.signal(signal.SIGTERM, lambda *_: process.terminate())
            return process.wait()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotStart as error:
        sys.exit(str(error))
