"""Whether there is anything to migrate is seen from file names, and a broken environment is said in words."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from config.prepare import _has_pending_migrations
from tests.processes import database_url

BASE_DIR = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def owner(committed_database: str) -> Iterator[psycopg.Connection[tuple[str, str]]]:
    url = database_url(committed_database, alias="owner")
    with psycopg.connect(url) as connection:
        yield connection


def test_nothing_is_pending_in_a_migrated_database(owner: psycopg.Connection[tuple[str, str]]) -> None:
    assert not _has_pending_migrations(owner)


@pytest.mark.parametrize("app", ["auth", "ledger"])
def test_a_missing_migration_is_pending(owner: psycopg.Connection[tuple[str, str]], app: str) -> None:
    owner.execute(
        "delete from django_migrations where id = (select max(id) from django_migrations where app = %s)",
        [app],
    )

    assert _has_pending_migrations(owner)


def test_everything_is_pending_in_an_empty_database(owner: psycopg.Connection[tuple[str, str]]) -> None:
    owner.execute("drop table django_migrations")

    assert _has_pending_migrations(owner)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Set DATABASE_URL and STRONGROOM_OWNER_PASSWORD and STRONGROOM_SERVICE_PASSWORD first"),
        ({"DATABASE_URL": "mysql://u@h/d"}, "must look like postgresql://"),
        ({"DATABASE_URL": "postgresql://u@127.0.0.1:1/d"}, "can't be used"),
    ],
)
def test_a_wrong_environment_is_said_in_words(given: dict[str, str], words: str) -> None:
    passwords = {name: "p" for name in ("STRONGROOM_OWNER_PASSWORD", "STRONGROOM_SERVICE_PASSWORD") if given}
    result = subprocess.run(
        [sys.executable, "-m", "config.prepare"],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], **given, **passwords},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_the_tables_belong_to_the_owner_not_to_the_service(committed_database: str) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("select count(*) from pg_tables where tableowner = current_user")
        assert cursor.fetchone() == (0,)
