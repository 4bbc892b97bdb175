"""Databases for tests: real PostgreSQL, migrated by the owner, used as the service role.

`tests/servers.py` provides the server and the two logins.
"""

import fcntl
import gc
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from config.database import grant_service_defaults
from tenancy import work_for_the_reserve
from tests.databases import create_database, drop_database, name_in_use, owner_url, use_database
from tests.standing_databases import BUILDS, StandingDatabases

# A property holds or not, however busy the machine is: no test is timed.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

# Whatever asks for a server asks for one of these, itself or through other fixtures.
SERVED = frozenset({"django_db_setup", "db", "transactional_db", "template_database", "admin_url"})
STARTING = frozenset({"django_db", "external", "browser", "peer"})
STARTS_SOMETHING = Path(__file__).parent / "config"

# Tests set up what the reserve would, in threads too; requests and jobs say for whom they work themselves.
work_for_the_reserve()


def _ensure_template(name: str) -> None:
    """Make the migrated template once per test run, whichever worker comes first."""
    with (Path(settings.VAR_DIR) / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(owner_url("postgres"), autocommit=True) as connection:
            row = connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
        if row is None:
            create_database(name)
            grant_service_defaults(owner_url(name))
            use_database(name)
            call_command("migrate", database="owner", verbosity=0)
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
        create_database(name, template=template_database)
        use_database(name)
    yield
    with django_db_blocker.unblock():
        for alias in ("default", "owner"):
            connections[alias].close()
        drop_database(name)


@pytest.fixture(scope="session")
def standing_databases(
    django_db_setup: None, django_db_blocker: Any, template_database: str
) -> Iterator[StandingDatabases]:
    """The databases of this test process in which something stands already."""
    databases = StandingDatabases(
        name_in_use(), template_database, os.environ.get("PYTEST_XDIST_WORKER", "main")
    )
    yield databases
    with django_db_blocker.unblock():
        for alias in ("default", "owner"):
            connections[alias].close()
        databases.drop()


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
    """Right before pytest-django opens the transaction of a test, go to the database the test asks for."""
    if fixturedef.argname != "_django_db_helper":
        return
    builds = [BUILDS[name] for name in request.fixturenames if name in BUILDS]
    databases: StandingDatabases = request.getfixturevalue("standing_databases")
    with request.getfixturevalue("django_db_blocker").unblock():
        databases.use(*builds)


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


@pytest.fixture
def another_database(
    committed_database: str, template_database: str
) -> Callable[[], AbstractContextManager[str]]:
    """Opens one more fresh database to work in while a block lasts; then the test's own is used again."""
    return lambda: _cloned_database(template_database)


@contextmanager
def _cloned_database(template: str) -> Iterator[str]:
    standing = name_in_use()
    name = f"{template}_{uuid.uuid4().hex[:8]}"
    create_database(name, template=template)
    use_database(name)
    try:
        yield name
    finally:
        use_database(standing)
        drop_database(name)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what comes out the same whatever servers there are: what asks for none and starts nothing."""
    for item in items:
        is_served = SERVED.intersection(getattr(item, "fixturenames", SERVED))
        marks = {mark.name for mark in item.iter_markers()}
        if not (is_served or marks & STARTING or item.path.is_relative_to(STARTS_SOMETHING)):
            item.add_marker(pytest.mark.pure)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays: the garbage collector need not look through it every time."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Drop the template once every worker has ended."""
    if "PYTEST_XDIST_WORKER" not in os.environ and "owner" in connections:
        name = f"strongroom_test_{os.environ['STRONGROOM_TEST_RUN']}"
        drop_database(name)
