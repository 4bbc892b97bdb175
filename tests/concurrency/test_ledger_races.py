"""Races: many connections post at once, and the ledger stays exact and never stands still.

Threads with a connection each, on a database of the test's own where commits are real.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any, Literal

import pytest
from django.db import connection, connections, transaction

from errors import Refusal
from ledger.models import Journal, Transfer
from ledger.selectors import Balance, get_balance, list_balances_under
from ledger.services import (
    AccountSpec,
    JournalRequest,
    PostedJournal,
    Resolution,
    close_accounts,
    journals,
    open_accounts,
    reverse_journal,
)
from ledger.services.columns import columns_of
from tests.ledger.recount import list_faults
from tests.ledger.standing import (
    NOON,
    fund,
    hold,
    journal,
    move,
    own_findings,
    post,
    post_all,
)

# Rows enough for two calls to be under way at the same time, however late one of them begins.
MANY = 2_000


@pytest.fixture(autouse=True)
def _standing(emptied_ledger: str) -> Iterator[None]:
    yield
    with transaction.atomic(), connection.cursor() as cursor:
        assert own_findings() == []
        assert list_faults(cursor) == []


@pytest.fixture
def meet_before_call(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From when it is called, two postings wait for each other right before they call the database."""

    def arm() -> None:
        barrier = Barrier(2)

        def columns_and_wait(contents: Any, fingerprints: Any) -> list[str | int | None]:
            columns = columns_of(contents, fingerprints)
            barrier.wait(timeout=30)
            return columns

        monkeypatch.setattr(journals, "columns_of", columns_and_wait)

    return arm


def at_once(actions: Sequence[Callable[[], object]]) -> list[object]:
    """Do everything at the same moment, each in a thread, connection and transaction of its own."""
    return at_once_in_threads([partial(_in_transaction, action) for action in actions])


def _in_transaction(action: Callable[[], object]) -> object:
    with transaction.atomic():
        return action()


def at_once_in_threads(actions: Sequence[Callable[[], object]]) -> list[object]:
    """Do everything at the same moment, each in a thread and connection of its own."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return action()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def outcomes(results: Sequence[object]) -> Counter[str]:
    """How many of which code; "posted" and "replayed" for journals."""
    return Counter(
        result.code if isinstance(result, Refusal)
        else ("replayed" if isinstance(result, PostedJournal) and result.is_replay else "posted")
        for result in results
    )  # fmt: skip


def post_one(request: JournalRequest) -> PostedJournal:
    """Post one journal."""
    return post_all([request])[0]


def fund_committed(cents: int) -> None:
    with transaction.atomic():
        fund(cents)


def test_one_key_used_by_many_at_once_posts_once_and_is_replayed_to_the_others() -> None:
    request = journal(move("loan/example", "cash/main", 7), key="once")
    results = at_once([partial(post_one, request)] * 8)
    assert outcomes(results) == {"posted": 1, "replayed": 7}
    assert len({result.id for result in results if isinstance(result, PostedJournal)}) == 1
    assert Journal.objects.count() == 1
    assert get_balance(path="cash/main").posted == 7


def test_one_key_with_two_contents_at_once_posts_one_of_them() -> None:
    requests = [journal(move("loan/example", "cash/main", amount), key="once") for amount in (7, 8)]
    results = at_once([partial(post_one, request) for request in requests])
    assert outcomes(results) == {"posted": 1, "idempotency_conflict": 1}


def test_the_key_of_a_journal_that_was_rolled_back_is_free_again() -> None:
    """The other waits for the first to end, and then posts."""
    request = journal(move("loan/example", "cash/main", 7), key="once")
    barrier = Barrier(2)

    def give_up() -> None:
        post_all([request])
        barrier.wait(timeout=30)
        transaction.set_rollback(True)

    def come_second() -> PostedJournal:
        barrier.wait(timeout=30)
        return post_all([request])[0]

    results = at_once([give_up, come_second])
    assert outcomes(results) == {"posted": 2}
    assert Journal.objects.count() == 1


def test_batches_that_name_the_same_keys_in_opposite_order_do_not_wait_in_a_circle(
    meet_before_call: Callable[[], None],
) -> None:
    requests = [journal(move("loan/example", "cash/main", 1), key=str(number)) for number in range(MANY)]
    meet_before_call()
    results = at_once([lambda: post_all(requests), lambda: post_all(requests[::-1])])
    assert not any(isinstance(result, Refusal) for result in results)
    assert get_balance(path="cash/main").posted == MANY


def test_the_last_unit_goes_to_one_of_many() -> None:
    fund_committed(3)
    results = at_once([lambda: post(move("cash/main", "income/storage", 1))] * 12)
    assert outcomes(results) == {"posted": 3, "insufficient_balance": 9}
    assert get_balance(path="cash/main").posted == 0


def test_the_last_room_under_a_limit_goes_to_one_of_many() -> None:
    results = at_once([lambda: post(move("loan/example", "credit/example", 400))] * 6)
    assert outcomes(results) == {"posted": 2, "limit_exceeded": 4}


def test_without_the_guard_the_same_race_overdraws() -> None:
    """The control: many checking first and posting then, on an account without a guard, all succeed."""
    open_accounts(accounts=[AccountSpec("purse/open", "money:USD")])
    with transaction.atomic():
        post(move("loan/example", "purse/open", 1))
    checked = Barrier(6)

    def check_then_post() -> bool:
        had_enough = get_balance(path="purse/open").available >= 1
        checked.wait(timeout=30)
        if had_enough:
            post(move("purse/open", "income/storage", 1))
        return had_enough

    assert at_once([check_then_post] * 6) == [True] * 6
    assert get_balance(path="purse/open").posted == -5


def test_transfers_in_opposite_directions_do_not_wait_in_a_circle() -> None:
    open_accounts(accounts=[AccountSpec(f"purse/{number}", "money:USD", True) for number in range(4)])
    with transaction.atomic():
        post(*(move("loan/example", f"purse/{number}", 1_000) for number in range(4)))

    def shuffle(start: int, step: int) -> list[PostedJournal]:
        return post_all([
            journal(move(f"purse/{(start + n * step) % 4}", f"purse/{(start + (n + 1) * step) % 4}", 1))
            for n in range(30)
        ])  # fmt: skip

    for _ in range(5):
        actions = [
            lambda start=start, step=step: shuffle(start, step) for start in range(4) for step in (1, 3)
        ]
        assert not any(isinstance(result, Refusal) for result in at_once(actions))
    assert sum(balance.posted for balance in list_balances_under(prefix="purse/")) == 4_000


@pytest.mark.parametrize("actions", [("post", "post"), ("void", "void"), ("post", "void")])
def test_a_pending_transfer_is_resolved_by_one_of_many(
    actions: tuple[Literal["post", "void"], Literal["post", "void"]],
) -> None:
    fund_committed(100)
    with transaction.atomic():
        pending = post(hold("cash/main", "income/storage", 60)).transfer_ids[0]
    results = at_once([partial(post, Resolution(pending, kind)) for kind in actions * 4])
    assert outcomes(results) == {"posted": 1, "pending_already_resolved": 7}
    balance = get_balance(path="cash/main")
    assert (balance.pending_out, balance.posted in (40, 100)) == (0, True)


def test_resolutions_in_opposite_order_do_not_wait_in_a_circle(
    meet_before_call: Callable[[], None],
) -> None:
    """Between accounts without balance rows nothing but the pending transfers themselves is locked."""
    with transaction.atomic():
        held = post(*(hold("loan/example", "income/storage", 1) for _ in range(4 * MANY))).transfer_ids
    one = [Resolution(number, "post") for number in held]
    meet_before_call()
    results = at_once([lambda: post(*one), lambda: post(*one[::-1])])
    assert outcomes(results) == {"posted": 1, "pending_already_resolved": 1}
    assert get_balance(path="income/storage") == Balance("income/storage", posted=4 * MANY)


def test_a_journal_is_reversed_by_one_of_many() -> None:
    with transaction.atomic():
        wrong = fund(100).id

    def reverse(key: str) -> PostedJournal:
        return reverse_journal(journal_id=wrong, idempotency_key=key, effective_at=NOON, reason="wrong")

    results = at_once([partial(reverse, key) for key in "abcdef"])
    assert outcomes(results) == {"posted": 1, "already_reversed": 5}
    assert get_balance(path="cash/main").posted == 0


def test_reversals_in_opposite_order_do_not_wait_in_a_circle(
    meet_before_call: Callable[[], None],
) -> None:
    with transaction.atomic():
        wrong = post_all([journal(move("loan/example", "income/storage", 1)) for _ in range(MANY)])

    def undo_all(keys: str, order: int) -> list[PostedJournal]:
        back = move("income/storage", "loan/example", 1)
        return post_all([
            journal(back, key=f"{keys}{place:04}", reverses=one.id)
            for place, one in enumerate(wrong[::order])
        ])  # fmt: skip

    meet_before_call()
    results = at_once([partial(undo_all, "a", 1), partial(undo_all, "b", -1)])
    assert outcomes(results) == {"posted": 1, "already_reversed": 1}


def test_an_account_is_opened_once_by_many() -> None:
    specs = [AccountSpec(f"purse/{number}", "money:USD", True) for number in range(50)]
    results = at_once(
        [lambda: open_accounts(accounts=specs), lambda: open_accounts(accounts=specs[::-1])] * 4
    )
    assert results == [None] * 8
    assert len(list_balances_under(prefix="purse/")) == 50


def test_closing_waits_for_who_is_posting_and_holds_off_who_comes_later() -> None:
    """Whatever the order, a closed account is empty."""
    for number in range(10):
        path = f"purse/{number}"
        open_accounts(accounts=[AccountSpec(path, "money:USD", number % 2 == 0)])
        results = at_once([
            partial(close_accounts, paths=[path]),
            partial(post, move("loan/example", path, 1)),
        ])  # fmt: skip
        assert outcomes(results) in (
            {"posted": 1, "account_not_empty": 1},
            {"posted": 1, "account_closed": 1},
        )


def test_an_account_everybody_credits_makes_nobody_wait() -> None:
    """One transaction has posted to it and not ended; another posts to it and commits meanwhile."""
    fund_committed(100)
    open_accounts(accounts=[AccountSpec("purse/a", "money:USD", True)])
    with transaction.atomic():
        post(move("loan/example", "purse/a", 5))
    first_has_posted, second_has_ended = Barrier(2), Barrier(2)

    def stay_open() -> None:
        post(move("cash/main", "income/storage", 1))
        first_has_posted.wait(timeout=30)
        second_has_ended.wait(timeout=30)

    def pass_by() -> None:
        first_has_posted.wait(timeout=30)
        with connection.cursor() as cursor:
            cursor.execute("set local lock_timeout = '5s'")
        post(move("purse/a", "income/storage", 1))
        second_has_ended.wait(timeout=30)

    assert at_once([stay_open, pass_by]) == [None, None]
    assert get_balance(path="income/storage").posted == 2


def test_many_kinds_of_journals_at_once_leave_exact_sums() -> None:
    open_accounts(
        accounts=[AccountSpec(f"purse/{number}", "money:USD", True, limit=2_500) for number in range(3)]
    )
    with transaction.atomic():
        post(*(move("loan/example", f"purse/{number}", 2_000) for number in range(3)))

    def work(worker: int) -> Counter[str]:
        return Counter(_try(_mixed(worker, turn)) for turn in range(25))

    counts = at_once_in_threads([partial(work, worker) for worker in range(6)])
    assert not any(isinstance(count, Refusal) for count in counts)
    posted = sum(count["posted"] for count in counts if isinstance(count, Counter))
    assert posted == Journal.objects.count() - 1
    assert posted > 50
    assert Transfer.objects.filter(phase="pending").exists()


def _mixed(worker: int, turn: int) -> JournalRequest:
    number = worker * 25 + turn
    source, target = f"purse/{number % 3}", f"purse/{(number // 3 + 1) % 3}"
    if source == target:
        target = "income/storage"
    amount = number * 37 % 90 + 1
    return journal((hold if number % 4 == 0 else move)(source, target, amount), key=str(number))


def _try(request: JournalRequest) -> str:
    try:
        with transaction.atomic():
            post_all([request])
    except Refusal as refusal:
        return refusal.code
    return "posted"
