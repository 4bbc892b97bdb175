"""Up to which number every journal is settled, while transactions overlap and commit out of order."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from django.db import connections, transaction
from django.db.models import Max

from ledger.models import Journal
from ledger.selectors import find_settled_journal_id
from ledger.services import PostedJournal
from tests.ledger.standing import move, open_standing_accounts, post


@pytest.fixture(autouse=True)
def _standing(committed_database: str) -> None:
    open_standing_accounts()


@contextmanager
def open_transaction(begin: Callable[[], object], *, rolls_back: bool = False) -> Iterator[None]:
    """Inside the block another connection has done `begin` and not ended; at its end it does."""
    has_begun, may_end = Event(), Event()

    def run() -> None:
        try:
            with transaction.atomic():
                begin()
                has_begun.set()
                may_end.wait(timeout=60)
                transaction.set_rollback(rolls_back)
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    try:
        assert has_begun.wait(timeout=60)
        yield
    finally:
        may_end.set()
        thread.join(timeout=60)
    assert not thread.is_alive()


def post_one() -> PostedJournal:
    """Between accounts that nobody queues for."""
    return post(move("loan/example", "income/storage", 1))


def post_and_commit() -> int:
    with transaction.atomic():
        return post_one().id


def highest_seen() -> int:
    highest: int = Journal.objects.aggregate(highest=Max("id"))["highest"]
    return highest


def test_nothing_is_settled_up_to_zero_before_the_first_journal() -> None:
    assert find_settled_journal_id() == 0


def test_the_last_of_those_that_ended_is_settled() -> None:
    last = [post_and_commit() for _ in range(3)][-1]
    assert find_settled_journal_id() == last


def test_the_highest_number_seen_is_not_settled_while_a_lower_one_is_still_to_come() -> None:
    """The race: the first draws a number, the second draws the next and commits, the first commits later."""
    with open_transaction(post_one):
        second = post_and_commit()
        naive_bound = highest_seen()
        assert naive_bound == second
        assert find_settled_journal_id(patience_seconds=0.2) is None
    appeared_below = Journal.objects.filter(id__lt=naive_bound).count()
    assert appeared_below == 1
    assert find_settled_journal_id() == second


def test_the_only_transaction_that_runs_is_waited_for() -> None:
    """None has ended since it began: a snapshot ends at its number (`pg_snapshot_xmax`), not behind it."""
    with open_transaction(post_one):
        assert find_settled_journal_id(patience_seconds=0.2) is None
    assert find_settled_journal_id() == highest_seen()


def test_a_number_that_was_rolled_back_leaves_a_gap_that_is_settled() -> None:
    with open_transaction(post_one, rolls_back=True):
        second = post_and_commit()
    assert find_settled_journal_id() == second
    assert Journal.objects.count() == 1


def test_what_one_has_posted_oneself_is_settled_for_oneself() -> None:
    with transaction.atomic():
        own = post_one().id
        assert find_settled_journal_id() == own
