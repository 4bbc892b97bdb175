"""Servers and roles for a test run, ready before Django reads its settings (loaded with `-p`).

With nothing in the environment, a PostgreSQL and a Valkey of the run's own are started in its directory
(`tests/places.py`). With `DATABASE_URL` (a login that may create roles and databases) and `REDIS_URL`,
those servers are used. With `DATABASE_OWNER_URL`, the two logins are taken as they are given.

Whatever the run made is gone when it ends, and what a killed run left is cleared by the next.
"""

import os
import secrets
import signal
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from config.database import SERVICE_ROLE, with_parts
from config.embedded.postgres import EmbeddedPostgres, packaged_programs
from config.embedded.valkey import EmbeddedValkey, packaged_program
from config.installation import Installation
from config.roles import (
    PREPARATION_LOCK,
    connect_as_admin,
    create_member_login,
    ensure_group_roles,
    leave_out_compilation,
)
from config.startup import CannotStart
from tests.places import own_directory

OWNER_PREFIX = "strongroom_test_owner_"
SERVICE_PREFIX = "strongroom_test_service_"
# The first half of a pair of numbers; the second is the run.
RUN_LOCK = 7_305_812


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None]:
    """Before anything is imported that reads the environment. Workers of xdist inherit what is set here."""
    options = parser.parse_known_args(args)
    if "PYTEST_XDIST_WORKER" not in os.environ and not (options.help or options.version):
        signal.signal(signal.SIGTERM, _interrupt)
        stack = ExitStack()
        early_config.add_cleanup(stack.close)
        try:
            _provide(stack)
        except CannotStart as error:
            raise pytest.UsageError(str(error)) from None
    return (yield)


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _provide(stack: ExitStack) -> None:
    installation = stack.enter_context(own_directory(holder="a test run"))
    run = installation.directory.name
    _keep_temporary_files_in(installation.directory / "tmp")
    os.environ["STRONGROOM_TEST_RUN"] = run
    os.environ["STRONGROOM_VAR"] = str(installation.directory)
    os.environ.setdefault("STRONGROOM_SECRET_KEY", "a secret of tests only, never of an installation")
    if "REDIS_URL" not in os.environ:
        os.environ["REDIS_URL"] = _start_valkey(stack, installation)
    if "DATABASE_OWNER_URL" not in os.environ:
        admin_url = os.environ.get("DATABASE_URL") or _start_postgres(stack, installation)
        _provide_logins(stack, admin_url, run)


def _keep_temporary_files_in(directory: Path) -> None:
    """What tests and the processes they start take for a while lies, and goes, with the run's own."""
    directory.mkdir(mode=0o711)
    os.environ["TMPDIR"] = str(directory)
    tempfile.tempdir = None  # so that it is looked up again


def _start_valkey(stack: ExitStack, installation: Installation) -> str:
    valkey = EmbeddedValkey(
        directory=installation.directory / "valkey",
        password=installation.load_secrets().valkey_password,
        log=installation.log_path("valkey"),
        program=packaged_program(),
        is_durable=False,
    )
    stack.callback(valkey.stop)
    return valkey.start()


def _start_postgres(stack: ExitStack, installation: Installation) -> str:
    postgres = EmbeddedPostgres(
        directory=installation.directory / "postgres",
        password=installation.load_secrets().postgres_password,
        log=installation.log_path("postgres"),
        programs=packaged_programs(),
        is_durable=False,
    )
    stack.callback(postgres.stop)
    return postgres.start()


def _provide_logins(stack: ExitStack, admin_url: str, run: str) -> None:
    """An owner and a service login of the run's own: two runs on one server never share a password.

    The run holds a lock on the server as long as it lives; by that the next run knows what was abandoned.
    """
    owner, service, password = OWNER_PREFIX + run, SERVICE_PREFIX + run, secrets.token_hex(16)
    connection = stack.enter_context(connect_as_admin(admin_url))
    connection.execute("select pg_advisory_lock(%s)", [PREPARATION_LOCK])
    _drop_abandoned(connection)
    ensure_group_roles(connection)
    connection.execute("select pg_advisory_lock(%s, %s)", [RUN_LOCK, _number(run)])
    stack.callback(_drop_run, connection, run)
    statement = sql.SQL("create role {} login createdb password {}")
    connection.execute(statement.format(sql.Identifier(owner), sql.Literal(password)))
    leave_out_compilation(connection, owner)
    create_member_login(connection, service, password, role=SERVICE_ROLE)
    connection.execute("select pg_advisory_unlock(%s)", [PREPARATION_LOCK])
    os.environ["DATABASE_OWNER_URL"] = with_parts(admin_url, user=owner, password=password)
    os.environ["DATABASE_URL"] = with_parts(admin_url, user=service, password=password)


def _drop_abandoned(connection: psycopg.Connection[Any]) -> None:
    rows = connection.execute(
        "select rolname from pg_roles where starts_with(rolname, %s)", [OWNER_PREFIX]
    ).fetchall()
    for (owner,) in rows:
        run = owner.removeprefix(OWNER_PREFIX)
        key = [RUN_LOCK, _number(run)]
        row = connection.execute("select pg_try_advisory_lock(%s, %s)", key).fetchone()
        if row is not None and row[0]:
            _drop_run(connection, run)
            connection.execute("select pg_advisory_unlock(%s, %s)", key)


def _drop_run(connection: psycopg.Connection[Any], run: str) -> None:
    """Drop every database and both logins of a run."""
    rows = connection.execute(
        "select datname from pg_database where pg_get_userbyid(datdba) = %s", [OWNER_PREFIX + run]
    ).fetchall()
    for (name,) in rows:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
    for role in (OWNER_PREFIX + run, SERVICE_PREFIX + run):
        connection.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(role)))


def _number(run: str) -> int:
    return int(run[:7], 16)
