"""Ledgers where commits are real."""

import pytest
from django.db import connections

from tests.ledger.standing import open_standing_accounts


@pytest.fixture
def emptied_ledger(committed_module_database: str) -> str:
    """The standing accounts, empty, in a database that the tests of a file use one after the other."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select string_agg(tablename, ', ') from pg_tables where starts_with(tablename, 'ledger_')"
        )
        (tables,) = cursor.fetchone()
        cursor.execute(f"truncate {tables} cascade")
    open_standing_accounts()
    return committed_module_database
