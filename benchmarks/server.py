"""The one server that every contender works on, and a database for each of them."""

import platform
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from config.database import with_parts
from config.embedded.postgres import EmbeddedPostgres, packaged_programs
from config.installation import Installation

BASE_DIR = Path(__file__).resolve().parent.parent
PLACE = BASE_DIR / "var" / "bench"
LEAST_VERSION = 15


@dataclass(frozen=True)
class Server:
    """A running server: the URL of its administrator and where its programs are."""

    admin_url: str
    programs: Path
    installation: Installation

    def drop_database(self, name: str) -> None:
        """Clear what an earlier run left under this name."""
        statement = sql.SQL("drop database if exists {} with (force)")
        self.execute("postgres", statement.format(sql.Identifier(name)))

    def make_database(self, name: str) -> str:
        """A new, empty database; its URL."""
        self.drop_database(name)
        self.execute("postgres", sql.SQL("create database {}").format(sql.Identifier(name)))
        return self.url_of(name)

    def copy_database(self, source: str, name: str) -> None:
        """A copy of a database that nobody is connected to."""
        statement = sql.SQL("create database {} template {} strategy file_copy")
        self.execute("postgres", statement.format(sql.Identifier(name), sql.Identifier(source)))

    def url_of(self, name: str) -> str:
        """The administrator's URL of a database."""
        return with_parts(self.admin_url, dbname=name)

    def has_database(self, name: str) -> bool:
        """Whether a database of this name is there."""
        with psycopg.connect(self.admin_url) as connection:
            found = connection.execute("select from pg_database where datname = %s", [name]).fetchone()
        return found is not None

    def settle(self, name: str) -> None:
        """What a database in production has long had: statistics, and no dirty pages of a load behind it."""
        self.execute(name, sql.SQL("vacuum analyze"))
        self.checkpoint()

    def checkpoint(self) -> None:
        """Write out what is dirty, so that every measurement begins alike."""
        self.execute("postgres", sql.SQL("checkpoint"))

    def execute(self, database: str, statement: sql.SQL | sql.Composed) -> None:
        """Run one statement as the administrator, outside a transaction."""
        with psycopg.connect(self.url_of(database), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_server(place: Path = PLACE, *, is_durable: bool = True) -> Iterator[Server]:
    """A PostgreSQL of the benchmark's own with default settings, stopped at the end; its data stays."""
    installation = Installation(place)
    installation.make_ready()
    programs = debian_programs() or packaged_programs()
    postgres = EmbeddedPostgres(
        directory=place / "postgres",
        password=installation.load_secrets().postgres_password,
        log=installation.log_path("postgres"),
        programs=programs,
        is_durable=is_durable,
    )
    with installation.locked(holder="a benchmark"):
        try:
            yield Server(postgres.start(), programs, installation)
        finally:
            postgres.stop()


def debian_programs() -> Path | None:
    """Where Debian keeps the oldest PostgreSQL that Strongroom runs on; None when it isn't installed."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    fitting = [path for path in found if int(path.parent.name) >= LEAST_VERSION]
    return min(fitting, key=lambda path: int(path.parent.name), default=None)


def describe(server: Server) -> dict[str, str]:
    """What the figures were measured on, and every setting of the server that isn't PostgreSQL's default."""
    with psycopg.connect(server.admin_url) as connection:
        row = connection.execute(
            "select current_setting('server_version'), current_setting('fsync')"
        ).fetchone()
        changed = connection.execute(
            "select name, setting from pg_settings where source not in ('default', 'override', 'client')"
            " and category not like 'Client Connection%%' and name not in ('port', 'listen_addresses')"
            " and category not like 'Reporting%%' order by name"
        ).fetchall()
    version, fsync = row or ("", "")
    return {
        "processor": _processor(),
        "cores": str(psutil.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "postgresql": str(version),
        "fsync": str(fsync),
        "settings": ", ".join(f"{name} = {setting or repr('')}" for name, setting in changed),
        "python": platform.python_version(),
        "commit": _commit(),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def _commit() -> str:
    command = ["git", "-c", f"safe.directory={BASE_DIR}", "rev-parse", "--short", "HEAD"]
    result = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=False)
    return result.stdout.strip()
