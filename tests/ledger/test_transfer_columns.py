"""What ties the columns of one transfer together, refused when the service calls the functions itself."""

import hashlib
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from ledger.services import PostedJournal
from tests.ledger.standing import fund, hold, post

ONE = """
select journal_id from ledger_post_transfer(%s, %s, %s, %s, %s::timestamptz, %s, 'test', now(), %s::date,
    '', '', '{}', 1::smallint, %s)
"""
MANY = """
select journal_ids from ledger_post_journals(
    array['cash/main', 'income/storage'], %s, array['test'], array[now()], null, null, null, null, null,
    1::smallint, %s, array[1], array[%s], array[1], array[%s], array[%s::bigint], array[%s],
    array[%s::bigint], array[%s::timestamptz])
"""


@pytest.fixture
def funded(ledger: None) -> PostedJournal:
    """Cash, of which some is reserved."""
    fund(1_000)
    return post(hold("cash/main", "income/storage", 60))


def refused_by(statement: str, arguments: list[Any]) -> str | None:
    """The name of the rule that the database gives when the service calls its function itself."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, arguments)
    name: str | None = getattr(caught.value.__cause__, "diag").constraint_name  # noqa: B009 - of any error
    return name


def one(*, target: str = "income/storage", amount: int = 1, **said: Any) -> list[Any]:
    """Arguments of the function for one transfer, from cash."""
    return [
        "cash/main", target, amount, said.get("phase", "posted"), said.get("expires_at"), "key",
        said.get("month"), hashlib.sha256().digest(),
    ]  # fmt: skip


def many(*, target: int = 2, amount: int = 1, **said: Any) -> list[Any]:
    """Arguments of the function for many, for one transfer from cash."""
    return [
        ["key"], [hashlib.sha256().digest()], said.get("ordinal", 1), target, amount,
        said.get("phase", "posted"), said.get("resolves"), said.get("expires_at"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (one(phase="post"), "ledger_transfer_phase_resolves"),
        (one(phase="lent"), "ledger_transfer_phase_resolves"),
        (one(expires_at="2099-01-01"), "ledger_transfer_only_pending_expires"),
        (one(target="cash/main"), "ledger_transfer_two_accounts"),
        (one(target="custody/east/antimony"), "ledger_transfer_one_book"),
        (one(amount=0), "ledger_transfer_amount_positive"),
        (one(amount=-1), "ledger_transfer_amount_positive"),
        (one(amount=1_001), "ledger_accountbalance_never_below_zero"),
        (one(month="2026-01-02"), "ledger_journal_adjusts_whole_month"),
    ],
)
def test_one_transfer_that_is_none_is_refused(funded: PostedJournal, arguments: list[Any], rule: str) -> None:
    assert refused_by(ONE, arguments) == rule


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (many(phase="lent"), "ledger_transfer_phase_resolves"),
        (many(phase="pending", resolves=1), "ledger_transfer_phase_resolves"),
        (many(expires_at="2099-01-01"), "ledger_transfer_only_pending_expires"),
        (many(target=1), "ledger_transfer_two_accounts"),
        (many(ordinal=0), "ledger_transfer_id_carries_journal"),
        (many(ordinal=65_536), "ledger_transfer_id_carries_journal"),
        (many(amount=0), "ledger_transfer_amount_positive"),
    ],
)
def test_a_transfer_among_many_that_is_none_is_refused(
    funded: PostedJournal, arguments: list[Any], rule: str
) -> None:
    assert refused_by(MANY, arguments) == rule
