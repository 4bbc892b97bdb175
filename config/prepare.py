"""Prepares a database for the service: its two logins, and its tables as the owner.

`python -m config.prepare` does it for servers of your own. It reads `DATABASE_URL` (a login that may
create roles and databases) and the passwords for the two logins from `STRONGROOM_OWNER_PASSWORD` and
`STRONGROOM_SERVICE_PASSWORD`. `make run` calls the same functions.
"""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg
from django.core.exceptions import ImproperlyConfigured

from config.roles import PREPARATION_LOCK, Logins, prepare_logins
from config.startup import CannotStart

BASE_DIR = Path(__file__).resolve().parent.parent


def migrate(logins: Logins, environment: Mapping[str, str], *, log: Path | None = None) -> bool:
    """Bring the tables up to date as the owner; False when they already were.

    Two that try at once take turns. Raises CannotStart when a migration fails; PostgreSQL takes
    the failed one back as a whole.
    """
    with psycopg.connect(logins.owner_url, autocommit=True) as connection:
        if not _has_pending_migrations(connection):
            return False
        connection.execute("select pg_advisory_lock(%s)", [PREPARATION_LOCK])
        with (log or Path(os.devnull)).open("ab") as output:
            result = subprocess.run(
                [sys.executable, "manage.py", "migrate", "--database", "owner"],
                cwd=BASE_DIR,
                env={
                    **environment,
                    "DATABASE_URL": logins.service_url,
                    "DATABASE_OWNER_URL": logins.owner_url,
                },
                stdin=subprocess.DEVNULL,
                stdout=output if log else None,
                stderr=output if log else None,
                check=False,
            )
    if result.returncode:
        where = f" {log} says why." if log else ""
        raise CannotStart(f"The tables couldn't be brought up to date.{where}")
    return True


def _has_pending_migrations(connection: psycopg.Connection[tuple[str, str]]) -> bool:
    """Compare the migration files with the record in the database, without loading Django: milliseconds."""
    row = connection.execute("select to_regclass('django_migrations') is not null").fetchone()
    if row is None or not row[0]:
        return True
    applied = set(connection.execute("select app, name from django_migrations").fetchall())
    return not _migration_files() <= applied


def _migration_files() -> set[tuple[str, str]]:
    from config import settings

    found = set()
    for app in settings.INSTALLED_APPS:
        spec = importlib.util.find_spec(app)
        for place in (spec.submodule_search_locations or []) if spec else []:
            for file in (Path(place) / "migrations").glob("[0-9]*.py"):
                found.add((app.rpartition(".")[2], file.stem))
    return found


def main() -> int:
    """Prepare the database that the environment names; the exit code."""
    try:
        password_names = ("STRONGROOM_OWNER_PASSWORD", "STRONGROOM_SERVICE_PASSWORD")
        missing = [name for name in ("DATABASE_URL", *password_names) if not os.environ.get(name)]
        if missing:
            raise CannotStart(f"Set {' and '.join(missing)} first (docs/operations.md).")
        owner_password, service_password = (os.environ[name] for name in password_names)
        logins = prepare_logins(
            os.environ["DATABASE_URL"], owner_password=owner_password, service_password=service_password
        )
        migrate(logins, os.environ)
    except (CannotStart, ImproperlyConfigured) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("The database is ready. Web, worker and scheduler log in as the service role.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
