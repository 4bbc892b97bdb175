"""The ledger is written at READ COMMITTED only.

At the other levels a transaction looks at the ledger as it was when it began, whatever gate it passes
later: it would post into what has been closed meanwhile, and close what has been filled.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from errors import Refusal
from ledger.models import Account, ClosedPeriod, Journal
from ledger.selectors import get_balance
from ledger.services import (
    AccountSpec,
    Resolution,
    close_accounts,
    close_period,
    open_accounts,
    reverse_journal,
    roll_up_totals,
    void_expired,
)
from tests.concurrency.sessions import sessions
from tests.ledger.standing import NOON, fund, hold, move, own_findings, post

SNAPSHOT_LEVELS = ["repeatable read", "serializable"]
LATER = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def _standing(emptied_ledger: str) -> Iterator[None]:
    open_accounts(accounts=[AccountSpec("purse/open", "money:USD", False)])
    with transaction.atomic():
        fund(100)
        post(move("cash/main", "income/storage", 1), key="wrong")
    yield
    assert own_findings() == []


def _reverse() -> None:
    wrong = Journal.objects.get(idempotency_key="wrong").id
    reverse_journal(journal_id=wrong, idempotency_key="r", effective_at=NOON, reason="wrong")


def _resolve() -> None:
    post(Resolution(_held(), "post"))


def _held() -> int:
    pending = Journal.objects.order_by("-id").values_list("transfers", flat=True)[0]
    assert pending is not None
    return int(pending)


WRITES: dict[str, Callable[[], object]] = {
    "post": partial(post, move("cash/main", "income/storage", 1)),
    "hold": partial(post, hold("cash/main", "income/storage", 1)),
    "resolve": _resolve,
    "reverse": _reverse,
    "close an account": partial(close_accounts, paths=["purse/open"]),
    "close a period": partial(close_period, closed_until=LATER, reason="the month is reported"),
    "void what has expired": partial(void_expired, now=NOON),
    "roll up": partial(roll_up_totals, until_journal_id=1),
}


@pytest.mark.parametrize("level", SNAPSHOT_LEVELS)
@pytest.mark.parametrize("write", WRITES)
def test_no_writer_gets_in_at_another_level(level: str, write: str) -> None:
    with transaction.atomic():
        post(hold("cash/main", "income/storage", 5, NOON - timedelta(days=1)))
    journals = Journal.objects.count()
    with sessions(1, isolation=level) as (one,):
        with pytest.raises(Refusal) as refused:
            one.do(WRITES[write])
        assert refused.value.code == "wrong_isolation"
        assert refused.value.details == {"isolation": level}
        one.roll_back()
    assert Journal.objects.count() == journals
    assert Account.objects.get(path="purse/open").closed_at is None
    assert not ClosedPeriod.objects.exists()


@pytest.mark.parametrize("write", WRITES)
def test_the_same_is_done_at_read_committed(write: str) -> None:
    """The control: what is refused above is not refused for another reason."""
    with transaction.atomic():
        held = post(hold("cash/main", "income/storage", 5, NOON - timedelta(days=1)))
    if write == "resolve":
        with transaction.atomic():
            post(Resolution(held.transfer_ids[0], "void"))
            post(hold("cash/main", "income/storage", 5))
    with sessions(1) as (one,):
        one.do(WRITES[write])
        one.commit()


@pytest.mark.parametrize("level", SNAPSHOT_LEVELS)
def test_why_a_snapshot_would_not_see_what_was_closed(level: str) -> None:
    """A session that has looked once goes on seeing the account open after another has closed it."""
    with sessions(1, isolation=level) as (one,):
        assert one.do(lambda: Account.objects.get(path="purse/open").closed_at) is None
        with transaction.atomic():
            close_accounts(paths=["purse/open"])
        assert one.do(lambda: Account.objects.get(path="purse/open").closed_at) is None
        with pytest.raises(Refusal) as refused:
            one.do(partial(post, move("cash/main", "purse/open", 1)))
        assert refused.value.code == "wrong_isolation"
        one.roll_back()
    assert get_balance(path="purse/open").posted == 0


@pytest.mark.parametrize("level", SNAPSHOT_LEVELS)
def test_reading_is_allowed_at_any_level(level: str) -> None:
    """A report over many queries wants one snapshot."""
    with sessions(1, isolation=level) as (one,):
        assert one.do(lambda: get_balance(path="cash/main").posted) == 99
