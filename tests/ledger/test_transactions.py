"""Posting belongs to the caller's transaction: it needs one, and stands or falls with it."""

import pytest
from django.db import connection, transaction

from errors import Refusal
from ledger.models import Journal
from ledger.selectors import get_balance
from ledger.services import post_journals_alone
from tests.ledger.standing import fund, journal, move, post

pytestmark = pytest.mark.usefixtures("committed_ledger")


def test_posting_outside_a_transaction_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        fund()
    assert caught.value.code == "no_transaction"
    assert Journal.objects.count() == 0


def test_what_the_caller_rolls_back_was_never_posted() -> None:
    with transaction.atomic():
        fund(100)
        transaction.set_rollback(True)
    assert Journal.objects.count() == 0
    assert get_balance(path="cash/main").posted == 0


def test_a_caller_can_go_on_after_a_refusal_inside_a_savepoint() -> None:
    with transaction.atomic():
        fund(100)
        with pytest.raises(Refusal), transaction.atomic():
            post(move("cash/main", "income/storage", 101))
        post(move("cash/main", "income/storage", 99))
    assert get_balance(path="cash/main").posted == 1


def test_posting_alone_commits_at_once() -> None:
    posted = post_journals_alone(journals=[journal(move("loan/example", "cash/main", 7))])[0]
    connection.close()
    assert Journal.objects.get().id == posted.id


def test_posting_alone_inside_a_transaction_is_refused() -> None:
    with transaction.atomic(), pytest.raises(Refusal) as caught:
        post_journals_alone(journals=[journal(move("loan/example", "cash/main", 7))])
    assert caught.value.code == "open_transaction"
    assert Journal.objects.count() == 0


def test_posting_alone_where_nothing_commits_by_itself_is_refused() -> None:
    connection.set_autocommit(False)
    try:
        with pytest.raises(Refusal) as caught:
            post_journals_alone(journals=[journal(move("loan/example", "cash/main", 7))])
    finally:
        connection.rollback()
        connection.set_autocommit(True)
    assert caught.value.code == "open_transaction"


def test_posting_alone_that_is_refused_leaves_nothing_behind() -> None:
    requests = [
        journal(move("loan/example", "cash/main", 7)),
        journal(move("cash/main", "income/storage", 8)),
    ]
    with pytest.raises(Refusal) as caught:
        post_journals_alone(journals=requests)
    assert caught.value.code == "insufficient_balance"
    assert Journal.objects.count() == 0
    assert post_journals_alone(journals=requests[:1])[0].is_replay is False
