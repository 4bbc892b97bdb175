"""A test run takes away what it brought; what a killed one left, the next one takes away."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from config.embedded.processes import processes_in

BASE_DIR = Path(__file__).resolve().parent.parent.parent

# Begins a run as the plugin does, makes a database, and ends as told.
RUN = """
import os, sys
from contextlib import ExitStack
import psycopg
from tests.servers import _provide
with ExitStack() as stack:
    _provide(stack)
    name = "strongroom_test_" + os.environ["STRONGROOM_TEST_RUN"]
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute(f"create database {name}")
    print(os.environ["STRONGROOM_VAR"], flush=True)
    if sys.argv[1] == "killed":
        os.kill(os.getpid(), 9)
"""


def _run(how: str, **environment: str) -> Path:
    """One run; the directory it had."""
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(BASE_DIR), **environment}
    result = subprocess.run(
        [sys.executable, "-c", RUN, how], cwd=BASE_DIR, env=given, capture_output=True, text=True, check=False
    )
    assert result.returncode == (-9 if how == "killed" else 0), result.stderr
    return Path(result.stdout.strip())


def _databases_and_roles(admin_url: str) -> list[str]:
    with psycopg.connect(admin_url) as connection:
        rows = connection.execute(
            "select datname from pg_database union select rolname from pg_roles order by 1"
        ).fetchall()
    return [name for (name,) in rows if name.startswith("strongroom_test_")]


def test_a_run_leaves_no_directory() -> None:
    assert not _run("ended").exists()


def test_a_killed_run_is_cleared_by_the_next() -> None:
    left = _run("killed")

    _run("ended")

    assert not left.exists()
    assert processes_in(left / "postgres" / "data", program="postgres") == []


def test_on_a_given_server_a_run_leaves_neither_databases_nor_logins(admin_url: str) -> None:
    _run("ended", DATABASE_URL=admin_url)

    assert _databases_and_roles(admin_url) == []


def test_on_a_given_server_a_killed_run_is_cleared_by_the_next(admin_url: str) -> None:
    _run("killed", DATABASE_URL=admin_url)
    assert len(_databases_and_roles(admin_url)) == 3

    _run("ended", DATABASE_URL=admin_url)

    assert _databases_and_roles(admin_url) == []
