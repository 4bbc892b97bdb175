"""Databases for tests: real PostgreSQL, migrated by the owner, used as the service role.

`tests/servers.py` provides the server and the two logins.
"""

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from config.database import grant_service_defaults


def _owner_url(name: str) -> str:
    settings_dict = connections["owner"].settings_dict
    return psycopg.conninfo.make_conninfo(
        host=settings_dict["HOST"],
        port=settings_dict["PORT"] or None,
        user=settings_dict["USER"],
        password=settings_dict["PASSWORD"],
        dbname=name,
    )


def _execute_on_server(statement: str, **names: str) -> None:
    identifiers = {key: sql.Identifier(value) for key, value in names.items()}
    with psycopg.connect(_owner_url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(**identifiers))


def _use_database(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        connections.settings[alias]["NAME"] = name


def _ensure_template(name: str) -> None:
    """Make the migrated template once per test run, whichever worker comes first."""
    with (Path(settings.VAR_DIR) / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(_owner_url("postgres"), autocommit=True) as connection:
            row = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
        if row is None:
            _execute_on_server("create database {name}", name=name)
            grant_service_defaults(_owner_url(name))
            _use_database(name)
            from jobs.models import Schedule

            call_command("migrate", database="owner", verbosity=0)
            # What comes back by itself would run between the jobs that a test makes.
            Schedule.objects.using("owner").all().delete()
            connections["owner"].close()


@pytest.fixture(scope="session")
def template_database(django_test_environment: None, django_db_blocker: Any) -> str:
    """Name of a migrated, empty database that others are cloned from."""
    name = f"strongroom_test_{os.environ['STRONGROOM_TEST_RUN']}"
    with django_db_blocker.unblock():
        _ensure_template(name)
    return name


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, template_database: str) -> Iterator[None]:
    """One database per test process, cloned from the template; tests run in it as the service role."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"{template_database}_{worker}"
    with django_db_blocker.unblock():
        _execute_on_server(
            "create database {name} template {template}", name=name, template=template_database
        )
        _use_database(name)
    yield
    with django_db_blocker.unblock():
        for alias in ("default", "owner"):
            connections[alias].close()
        _execute_on_server("drop database if exists {name} with (force)", name=name)


@pytest.fixture
def committed_database(
    django_db_setup: None, django_db_blocker: Any, template_database: str
) -> Iterator[str]:
    """A fresh database of this test's own, where commits are real: for races, crashes and worker processes.

    Yields its name; `default` (service role) and `owner` both point to it while the test runs.
    """
    with django_db_blocker.unblock(), _cloned_database(template_database) as name:
        yield name


@pytest.fixture(scope="module")
def committed_module_database(
    django_db_setup: None, django_db_blocker: Any, template_database: str
) -> Iterator[str]:
    """The same for all tests of a file: many short ones, each of which empties what it uses beforehand."""
    with django_db_blocker.unblock(), _cloned_database(template_database) as name:
        yield name


@contextmanager
def _cloned_database(template: str) -> Iterator[str]:
    standing = connections["default"].settings_dict["NAME"]
    name = f"{template}_{uuid.uuid4().hex[:8]}"
    _execute_on_server("create database {name} template {template}", name=name, template=template)
    _use_database(name)
    try:
        yield name
    finally:
        _use_database(standing)
        _execute_on_server("drop database if exists {name} with (force)", name=name)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Drop the template once every worker has ended."""
    if "PYTEST_XDIST_WORKER" not in os.environ and "owner" in connections:
        name = f"strongroom_test_{os.environ['STRONGROOM_TEST_RUN']}"
        _execute_on_server("drop database if exists {name} with (force)", name=name)
