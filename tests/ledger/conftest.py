"""Databases with the standing accounts."""

import pytest

from tests.ledger.standing import open_standing_accounts


@pytest.fixture
def ledger(db: None) -> None:
    """The standing accounts, empty, in a transaction that is rolled back."""
    open_standing_accounts()


@pytest.fixture
def committed_ledger(committed_database: str) -> str:
    """The standing accounts, empty, in a database of the test's own where commits are real."""
    open_standing_accounts()
    return committed_database
