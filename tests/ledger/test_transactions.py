"""Posting belongs to the caller's transaction: it needs one, and stands or falls with it."""

import pytest
from django.db import transaction

from errors import Refusal
from ledger.models import Journal
from ledger.selectors import get_balance
from tests.ledger.standing import fund, move, post

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
