"""Running totals and statements while others post: exact in every snapshot, nothing lost, nothing twice."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from errors import Refusal
from ledger.selectors import (
    find_settled_journal_id,
    get_balance,
    get_rolled_up_journal_id,
    get_statement,
    one_state,
)
from ledger.selectors import statements as statement_module
from ledger.services import PostedJournal, roll_up_totals
from tests.concurrency.sessions import sessions
from tests.concurrency.test_settled_journals import highest_seen, open_transaction
from tests.ledger.recount import list_differences
from tests.ledger.standing import NOON, journal, move, own_findings, post, post_all

POSTERS = 3
BATCHES = 12
ACCOUNTS = ("loan/example", "income/storage", "cash/main")


def post_one(amount: int = 1, days: float = 0) -> PostedJournal:
    """Between accounts that nobody queues for."""
    return post(move("loan/example", "income/storage", amount), effective_at=NOON + timedelta(days=days))


def roll_up() -> int:
    settled = find_settled_journal_id()
    assert settled is not None
    return roll_up_totals(until_journal_id=settled)


@pytest.mark.usefixtures("emptied_ledger")
def test_every_snapshot_is_exact_while_some_post_and_others_roll_up() -> None:
    are_done = threading.Event()

    def post_batches(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(BATCHES):
            with transaction.atomic():
                post_all([
                    journal(move("loan/example", chance.choice(ACCOUNTS[1:]), chance.randrange(1, 9)),
                            effective_at=NOON + timedelta(days=chance.uniform(-900, 200)))
                    for _ in range(chance.randrange(1, 30))
                ])  # fmt: skip
        connection.close()

    def roll_up_all_the_time() -> None:
        while not are_done.is_set():
            if (settled := find_settled_journal_id(patience_seconds=0.1)) is not None:
                roll_up_totals(until_journal_id=settled)
        connection.close()

    with ThreadPoolExecutor(POSTERS + 2) as pool:
        rolling = [pool.submit(roll_up_all_the_time) for _ in range(2)]
        posting = [pool.submit(post_batches, seed) for seed in range(POSTERS)]
        snapshots = 0
        try:
            while not all(one.done() for one in posting) or snapshots < 3:
                with one_state(), connection.cursor() as cursor:
                    assert list_differences(cursor) == []
                snapshots += 1
        finally:
            are_done.set()
        for one in (*posting, *rolling):
            one.result()
    assert roll_up() == highest_seen()
    assert own_findings() == []


@pytest.mark.usefixtures("emptied_ledger")
@pytest.mark.parametrize("is_undone", [False, True])
def test_two_roll_ups_take_turns(is_undone: bool) -> None:
    """Even the very first ones, when nothing is there yet that could be locked."""
    with transaction.atomic():
        last = post_all([journal(move("loan/example", "income/storage", 5)) for _ in range(200)])[-1].id
    with sessions(2) as (first, second):
        assert first.do(lambda: roll_up_totals(until_journal_id=last)) == last
        second.begin_and_wait(lambda: roll_up_totals(until_journal_id=last))
        if is_undone:
            first.roll_back()
        else:
            first.commit()
        assert second.finish() == last
        second.commit()
    assert get_rolled_up_journal_id() == last
    assert get_balance(path="income/storage").posted == 1000
    assert own_findings() == []


@pytest.mark.usefixtures("emptied_ledger")
def test_a_journal_that_commits_late_is_not_passed_by() -> None:
    with open_transaction(lambda: post_one(7)):
        with transaction.atomic():
            post_one(1)
        assert find_settled_journal_id(patience_seconds=0.1) is None
        assert get_balance(path="income/storage").posted == 1
    roll_up()
    assert get_balance(path="income/storage").posted == 8


@pytest.mark.usefixtures("emptied_ledger")
def test_without_the_settled_bound_it_would_be() -> None:
    """The control: totals up to the highest number that is seen never hear of the lower one."""
    with open_transaction(lambda: post_one(7)):
        with transaction.atomic():
            post_one(1)
        roll_up_totals(until_journal_id=highest_seen())
    assert get_balance(path="income/storage").posted == 1
    assert own_findings()


@pytest.mark.usefixtures("emptied_ledger")
def test_a_commit_between_two_pages_changes_no_page() -> None:
    with transaction.atomic():
        for day in range(4):
            post_one(1, day)
    first = get_statement(path="income/storage", since=None, until=None, limit=2)
    assert first is not None

    def post_around() -> None:
        with transaction.atomic():
            for day in (-1, 1, 2.5, 9):
                post_one(100, day)
        roll_up()
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(post_around).result()
    second = get_statement(path="income/storage", since=None, until=None, limit=100, after=first.next_page)
    assert second is not None
    assert [line.amount for line in (*first.lines, *second.lines)] == [1] * 4
    assert second.lines[-1].balance == second.closing == first.closing == 4
    assert get_balance(path="income/storage").posted == 404


@pytest.mark.usefixtures("emptied_ledger")
def test_whoever_posts_longer_than_a_statement_waits_is_not_hidden_by_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It had its number before the first page and commits into a page still to be read, which says so."""
    monkeypatch.setattr(statement_module, "PATIENCE_SECONDS", 0.1)
    with transaction.atomic():
        for day in range(4):
            post_one(1, day)
    with open_transaction(lambda: post_one(100, 2.5)):
        with transaction.atomic():
            post_one(1, 5)
        first = get_statement(path="income/storage", since=None, until=None, limit=2)
        assert first is not None
        assert first.closing == 5
    with pytest.raises(Refusal) as caught:
        get_statement(path="income/storage", since=None, until=None, after=first.next_page)
    assert caught.value.code == "statement_changed"
    anew = get_statement(path="income/storage", since=None, until=None)
    assert anew is not None
    assert anew.closing == 105
