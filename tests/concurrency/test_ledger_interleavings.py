"""Dangerous interleavings of the ledger, stepped through by hand, and what they do to an unprotected one.

A test says what each session does and when; PostgreSQL says who waits. Where a lock or a constraint
is what protects, a control beside it does the same without and shows the damage.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import psycopg
import pytest
from django.db import OperationalError, connection, connections, transaction
from psycopg.errors import DeadlockDetected

from errors import Refusal
from ledger.models import Account, Journal
from ledger.selectors import find_settled_journal_id, get_balance, get_balance_as_of, list_pending
from ledger.services import (
    AccountSpec,
    Resolution,
    TransferRequest,
    close_accounts,
    close_period,
    open_accounts,
    reverse_journal,
    void_expired,
)
from tests.concurrency.sessions import sessions
from tests.databases import SEES_THE_WHOLE
from tests.ledger.recount import list_differences, list_faults
from tests.ledger.standing import NOON, fund, hold, move, own_findings, post

Step = Callable[[], object]
PURSES = [("purse/guarded", True), ("purse/open", False)]


@pytest.fixture(autouse=True)
def _standing(emptied_ledger: str) -> Iterator[None]:
    """Whatever was stepped through, the ledger is in order afterwards, by three opinions."""
    open_accounts(accounts=[AccountSpec(path, "money:USD", is_guarded) for path, is_guarded in PURSES])
    with transaction.atomic():
        fund(100)
    yield
    with transaction.atomic(), connection.cursor() as cursor:
        assert list_faults(cursor) == []
        assert list_differences(cursor) == []
        assert own_findings() == []


def outcome(answer: object) -> str:
    """The code of a refusal, the word for a database error, else "done"."""
    if isinstance(answer, Refusal):
        return answer.code
    return "database error" if isinstance(answer, OperationalError) else "done"


def second_after_first(first: Step, second: Step, *, does_first_commit: bool) -> str:
    """The first is done and open, the second waits for it; then the first ends. How the second ends."""
    with sessions(2) as (one, other):
        one.do(first)
        other.begin_and_wait(second)
        if does_first_commit:
            one.commit()
        else:
            one.roll_back()
        ended = outcome(other.finish())
        if ended == "done":
            other.commit()
        return ended


@pytest.mark.parametrize(
    ("does_first_commit", "second_amount", "ended", "left"),
    [
        (True, 7, "done", 93),
        (True, 8, "idempotency_conflict", 93),
        (False, 7, "done", 93),
        (False, 8, "done", 92),
    ],
)
def test_one_key_in_two_transactions(
    does_first_commit: bool, second_amount: int, ended: str, left: int
) -> None:
    first, second = (
        partial(post, move("cash/main", "income/storage", amount), key="once")
        for amount in (7, second_amount)
    )
    assert second_after_first(first, second, does_first_commit=does_first_commit) == ended
    assert Journal.objects.filter(idempotency_key="once").count() == 1
    assert get_balance(path="cash/main").posted == left


def test_looking_for_a_key_before_posting_would_not_do() -> None:
    """The control: both look, neither finds it, both post."""
    with sessions(2) as both:
        for session in both:
            assert not session.do(lambda: Journal.objects.filter(reference_id="once").exists())
        for session in both:
            session.do(lambda: post(move("cash/main", "income/storage", 7), reference_id="once"))
            session.commit()
    assert get_balance(path="cash/main").posted == 86


@pytest.mark.parametrize("source", ["cash/main", "loan/example"])
@pytest.mark.parametrize("actions", [("post", "post"), ("void", "void"), ("post", "void"), ("void", "post")])
@pytest.mark.parametrize(
    ("does_first_commit", "ended"), [(True, "pending_already_resolved"), (False, "done")]
)
def test_two_resolutions_of_one_pending_transfer(
    source: str, actions: tuple[str, str], does_first_commit: bool, ended: str
) -> None:
    with transaction.atomic():
        number = post(hold(source, "income/storage", 60)).transfer_ids[0]
    first, second = (partial(post, Resolution(number, action)) for action in actions)  # type: ignore[arg-type]
    assert second_after_first(first, second, does_first_commit=does_first_commit) == ended
    assert list_pending() == []
    counting = actions[0] if does_first_commit else actions[1]
    assert get_balance(path="income/storage").posted == (60 if counting == "post" else 0)


def test_both_sessions_would_see_the_pending_transfer_open() -> None:
    """The control: looking is no protection, each sees it open until the other commits."""
    with transaction.atomic():
        number = post(hold("loan/example", "income/storage", 60)).transfer_ids[0]
    with sessions(2) as (one, other):
        one.do(lambda: post(Resolution(number, "void")))
        assert [pending.transfer_id for pending in other.do(list_pending)] == [number]


@pytest.mark.parametrize(("does_first_commit", "ended"), [(True, "insufficient_balance"), (False, "done")])
@pytest.mark.parametrize("take", [move, hold])
def test_the_last_unit(take: Callable[..., object], does_first_commit: bool, ended: str) -> None:
    step = partial(post, take("cash/main", "income/storage", 100))  # type: ignore[arg-type]
    assert second_after_first(step, step, does_first_commit=does_first_commit) == ended
    assert get_balance(path="cash/main").available == 0


def test_without_a_guard_the_last_unit_is_taken_twice() -> None:
    """The control: the same steps on an account without a guard; nobody waits, both succeed."""
    with transaction.atomic():
        post(move("cash/main", "purse/open", 100))
    with sessions(2) as both:
        for session in both:
            assert session.do(lambda: get_balance(path="purse/open").available) == 100
            session.do(lambda: post(move("purse/open", "income/storage", 100)))
        for session in both:
            session.commit()
    assert get_balance(path="purse/open").posted == -100


@pytest.mark.parametrize("path", [path for path, _ in PURSES])
@pytest.mark.parametrize(("does_first_commit", "ended"), [(True, "account_not_empty"), (False, "done")])
@pytest.mark.parametrize("give", [move, hold])
def test_an_account_is_closed_while_somebody_posts_to_it(
    path: str, give: Callable[..., object], does_first_commit: bool, ended: str
) -> None:
    first = partial(post, give("cash/main", path, 1))  # type: ignore[arg-type]
    second = partial(close_accounts, paths=[path])
    assert second_after_first(first, second, does_first_commit=does_first_commit) == ended
    assert (Account.objects.get(path=path).closed_at is not None) == (ended == "done")


@pytest.mark.parametrize("path", [path for path, _ in PURSES])
@pytest.mark.parametrize(("does_first_commit", "ended"), [(True, "account_closed"), (False, "done")])
def test_somebody_posts_to_an_account_while_it_is_closed(
    path: str, does_first_commit: bool, ended: str
) -> None:
    first = partial(close_accounts, paths=[path])
    second = partial(post, move("cash/main", path, 1))
    assert second_after_first(first, second, does_first_commit=does_first_commit) == ended
    assert get_balance(path=path).posted == (1 if ended == "done" else 0)


def test_closing_past_the_function_would_not_wait() -> None:
    """The control: the owner closes by hand, sees an empty account, and it is not empty after all."""
    with sessions(1) as (one,):
        one.do(lambda: post(move("cash/main", "purse/open", 1)))
        assert get_balance(path="purse/open").posted == 0
        with connections["owner"].cursor() as cursor:
            cursor.execute("update ledger_account set closed_at = now() where path = 'purse/open'")
        one.commit()
    assert get_balance(path="purse/open").posted == 1
    assert Account.objects.get(path="purse/open").closed_at is not None


@pytest.mark.parametrize("does_first_commit", [True, False])
def test_a_period_is_closed_while_somebody_posts_into_it(does_first_commit: bool) -> None:
    """What came first counts to the period: closing waits for it."""
    after = NOON + timedelta(days=1)
    first = partial(post, move("cash/main", "income/storage", 1))
    second = partial(close_period, closed_until=after, reason="the month is reported")
    assert second_after_first(first, second, does_first_commit=does_first_commit) == "done"
    assert get_balance_as_of(path="income/storage", effective_at=after) == int(does_first_commit)


@pytest.mark.parametrize(("does_first_commit", "ended"), [(True, "period_closed"), (False, "done")])
def test_somebody_posts_into_a_period_while_it_is_closed(does_first_commit: bool, ended: str) -> None:
    first = partial(close_period, closed_until=NOON + timedelta(days=1), reason="the month is reported")
    second = partial(post, move("cash/main", "income/storage", 1))
    assert second_after_first(first, second, does_first_commit=does_first_commit) == ended
    assert get_balance(path="income/storage").posted == (1 if ended == "done" else 0)


@pytest.mark.parametrize(("does_first_commit", "ended"), [(True, "already_reversed"), (False, "done")])
@pytest.mark.parametrize("source", ["cash/main", "loan/example"])
def test_a_journal_is_reversed_in_two_transactions(source: str, does_first_commit: bool, ended: str) -> None:
    with transaction.atomic():
        wrong = post(move(source, "income/storage", 5)).id
    first, second = (
        partial(reverse_journal, journal_id=wrong, idempotency_key=key, effective_at=NOON, reason="wrong")
        for key in ("one", "other")
    )
    assert second_after_first(first, second, does_first_commit=does_first_commit) == ended
    assert get_balance(path="income/storage").posted == 0
    assert Journal.objects.filter(reverses_id=wrong).count() == 1


def test_a_reversal_meets_a_resolution_of_what_it_would_void() -> None:
    """The reversal was made up when the pending transfer was still open; now it is refused as a whole."""
    with transaction.atomic():
        pending = post(move("cash/main", "income/storage", 1), hold("cash/main", "income/storage", 5))
    first = partial(post, Resolution(pending.transfer_ids[1], "post"))
    second = partial(
        reverse_journal, journal_id=pending.id, idempotency_key="r", effective_at=NOON, reason="wrong"
    )
    assert second_after_first(first, second, does_first_commit=True) == "pending_already_resolved"
    assert get_balance(path="income/storage").posted == 6


def test_two_expiry_jobs_void_a_pending_transfer_once() -> None:
    expired = datetime(2026, 3, 1, tzinfo=UTC)
    with transaction.atomic():
        post(hold("cash/main", "income/storage", 60, expired))
    step = partial(void_expired, now=NOON)
    assert second_after_first(step, step, does_first_commit=True) == "done"
    assert get_balance(path="cash/main").available == 100
    assert Journal.objects.filter(kind="ledger.expiry").count() == 1


def test_an_account_that_was_not_opened_after_all() -> None:
    """Who opens it second waits, and opens it when the first gives up."""
    spec = AccountSpec("purse/new", "money:USD", True)
    step = partial(open_accounts, accounts=[spec])
    assert second_after_first(step, step, does_first_commit=False) == "done"
    with transaction.atomic():
        post(move("cash/main", "purse/new", 1))
    assert get_balance(path="purse/new").posted == 1


def test_two_calls_in_opposite_order_end_in_one_rollback_and_nothing_half_done() -> None:
    """What the services avoid by posting once per transaction: PostgreSQL breaks the circle."""
    with transaction.atomic():
        post(move("cash/main", "purse/guarded", 50))
    one_way = [("cash/main", 1), ("purse/guarded", 10)]

    def give(account: tuple[str, int]) -> Step:
        return lambda: post(move(account[0], "income/storage", account[1]))

    with sessions(2) as (one, other):
        one.do(give(one_way[0]))
        other.do(give(one_way[1]))
        one.begin_and_wait(give(one_way[1]))
        other.begin(give(one_way[0]))
        ended = {session: session.finish() for session in (one, other)}
        victims = [session for session, answer in ended.items() if isinstance(answer, OperationalError)]
        assert len(victims) == 1
        assert isinstance(_error(ended[victims[0]]).__cause__, DeadlockDetected)
        victims[0].roll_back()
        assert get_balance(path="income/storage").posted == 0
        next(session for session in ended if session not in victims).commit()
    assert get_balance(path="income/storage").posted == 11
    assert (get_balance(path="cash/main").posted, get_balance(path="purse/guarded").posted) == (49, 40)


def test_a_reader_between_two_journals_of_one_transaction_sees_neither() -> None:
    with transaction.atomic():
        post(*_in_custody(10))
    reader = psycopg.connect(_url_of_this_database(), options=SEES_THE_WHOLE)
    reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    with reader, sessions(1) as (one,):
        seen = []
        for step in (lambda: post(*_in_custody(5)), lambda: post(*_in_custody(7)), None):
            if step is None:
                one.commit()
            else:
                one.do(step)
            with reader.transaction():
                cursor = reader.cursor()
                assert list_faults(cursor) == []
                seen.append(cursor.execute("select count(*) from ledger_journal").fetchone())
    assert seen == [(2,), (2,), (4,)]


def test_a_journal_with_a_low_number_that_commits_late_is_not_passed_over() -> None:
    """Who works through the journals by number must not go past one that is still to come.

    The control is the highest number to be seen: it passes over the late one.
    """
    with sessions(2) as (late, early):
        low = late.do(lambda: post(move("cash/main", "income/storage", 1))).id
        high = early.do(lambda: post(move("loan/example", "income/storage", 1))).id
        early.commit()
        assert low < high
        visible = set(Journal.objects.values_list("id", flat=True))
        assert high in visible
        assert low not in visible
        assert _settled_up_to() is None
        late.commit()
    assert _settled_up_to() == high


def test_a_transaction_that_wrote_something_else_first_is_not_waited_for_until_it_posts() -> None:
    """It has an older number than the other, and posts with a higher journal number."""
    with sessions(2) as (old, young):
        old.do(lambda: open_accounts(accounts=[AccountSpec("purse/old", "money:USD", True)]))
        low = young.do(lambda: post(move("loan/example", "income/storage", 1))).id
        young.commit()
        assert _settled_up_to() == low
        high = old.do(lambda: post(move("cash/main", "income/storage", 1))).id
        assert low < high
        assert _settled_up_to() is None
        old.commit()
    assert _settled_up_to() == high


def test_what_commits_late_counts_in_every_question_asked_afterwards() -> None:
    """Its recording time is before the question that did not see it, its effective time long past."""
    past = NOON - timedelta(days=10)
    with sessions(2) as (late, early):
        late.do(lambda: post(move("cash/main", "income/storage", 1), effective_at=past))
        recorded_at = early.do(lambda: post(move("loan/example", "income/storage", 10))).recorded_at
        early.commit()
        ask = partial(get_balance_as_of, path="income/storage", recorded_at=recorded_at)
        assert [ask(effective_at=past), ask(effective_at=NOON + timedelta(days=1))] == [0, 10]
        late.commit()
        assert ask(effective_at=past + timedelta(days=1)) == 1
        assert ask(effective_at=NOON + timedelta(days=1)) == 11


def _error(answer: object) -> OperationalError:
    assert isinstance(answer, OperationalError)
    return answer


def _in_custody(grams: int) -> list[TransferRequest | Resolution]:
    return [
        move("outside/antimony", "custody/east/antimony", grams),
        move("issued/antimony", "unattributed/antimony", grams),
    ]


def _settled_up_to() -> int | None:
    return find_settled_journal_id(patience_seconds=0.2)


def _url_of_this_database() -> str:
    values = connections["default"].settings_dict
    return psycopg.conninfo.make_conninfo(
        host=values["HOST"], port=values["PORT"] or None, user=values["USER"], password=values["PASSWORD"],
        dbname=values["NAME"],
    )  # fmt: skip
