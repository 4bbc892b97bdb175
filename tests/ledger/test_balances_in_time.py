"""Balances from totals, cells and what came since are those a sum over all transfers gives."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from ledger.models import AccountCell, AccountTotal, Transfer, UntimelyEntry
from ledger.selectors import (
    Balance,
    find_settled_journal_id,
    get_balance,
    get_balance_as_of,
    get_balances_as_of,
    get_rolled_up_journal_id,
    list_balances_under,
    list_pending,
    list_trial_balance,
)
from ledger.services import (
    AccountSpec,
    JournalRequest,
    Resolution,
    TransferRequest,
    open_accounts,
    post_journals,
    reverse_journal,
    roll_up_totals,
)
from ledger.verification.totals import TOTAL_CHECKS
from tests.ledger.standing import NOON, hold, journal, move, post, post_all

pytestmark = pytest.mark.usefixtures("ledger")

ACCOUNTS = ("time/a", "time/b", "time/c", "time/guarded")


@pytest.fixture(autouse=True)
def _accounts(ledger: None) -> None:
    open_accounts(accounts=[AccountSpec(path, "money:USD", path == "time/guarded") for path in ACCOUNTS])
    post(move("loan/example", "time/guarded", 10**9), effective_at=NOON - timedelta(days=4000))


def roll_up(*, until: int | None = None, most_transfers: int = 200_000) -> int:
    """Bring the totals up to a journal, or to the last settled one, in as many blocks as it takes."""
    settled = find_settled_journal_id() if until is None else until
    assert settled is not None
    while (reached := roll_up_totals(until_journal_id=settled, most_transfers=most_transfers)) < settled:
        pass
    return reached


def naive(path: str, effective_at: datetime | None = None, recorded_at: datetime | None = None) -> int:
    """The balance by adding up every transfer."""
    total = 0
    for row in Transfer.objects.filter(phase__in=["posted", "post"]).select_related("source", "target"):
        if effective_at is not None and row.effective_at >= effective_at:
            continue
        if recorded_at is not None and row.recorded_at > recorded_at:
            continue
        total += row.amount * ((row.target.path == path) - (row.source.path == path))
    return total


def some_times(generator: random.Random) -> datetime:
    """Now and then, long ago, to come, and often one of a few instants that many facts share."""
    now = datetime.now(UTC)
    return generator.choice([
        NOON,
        NOON + timedelta(microseconds=generator.randrange(3)),
        NOON + timedelta(seconds=generator.uniform(0, 100)),
        NOON + timedelta(seconds=generator.uniform(0, 1)),
        NOON - timedelta(days=generator.uniform(0, 3000)),
        now - timedelta(seconds=generator.uniform(0, 20)),
        now + timedelta(seconds=generator.uniform(0, 20)),
        now + timedelta(days=generator.uniform(0, 30)),
    ])  # fmt: skip


def some_journals(generator: random.Random, count: int) -> list[JournalRequest]:
    """Moves and reservations between the accounts, at all kinds of times."""
    requests = []
    for _ in range(count):
        source, target = generator.sample(ACCOUNTS, 2)
        kind = hold if generator.random() < 0.1 else move
        requests.append(
            journal(kind(source, target, generator.randrange(1, 50)), effective_at=some_times(generator))
        )
    return requests


def resolve_and_reverse_some(generator: random.Random) -> None:
    """Post parts of what is reserved, void other of it, and reverse a journal."""
    for pending in list_pending(prefix="time/")[:6]:
        amount = generator.randrange(1, pending.amount + 1)
        resolution = generator.choice([
            Resolution(pending.transfer_id, "post", amount), Resolution(pending.transfer_id, "void"),
        ])  # fmt: skip
        post(resolution, effective_at=some_times(generator))
    wrong = post_all(some_journals(random.Random(7), 1))[0]
    reverse_journal(
        journal_id=wrong.id, idempotency_key=f"undo {wrong.id}", effective_at=NOON, reason="wrong"
    )


def moments() -> list[datetime]:
    """Instants to ask about: those of facts, just before and after them, and edges of cells."""
    effective = Transfer.objects.values_list("effective_at", flat=True).distinct()
    recorded = Transfer.objects.values_list("recorded_at", flat=True).distinct()
    chosen = [*random.Random(3).sample(sorted(effective), 6), *random.Random(4).sample(sorted(recorded), 3)]
    chosen += [cell.start for cell in AccountCell.objects.order_by("-level")[:3]]
    return [moment + timedelta(microseconds=step) for moment in chosen for step in (-1, 0, 1)]


def assert_exact() -> None:
    """Now, as of and as known, one by one and together, as the sum over all transfers says."""
    for path in ACCOUNTS:
        assert get_balance(path=path).posted == naive(path)
    asked = moments()
    rows = list(Transfer.objects.filter(phase__in=["posted", "post"]).values_list(
        "source__path", "target__path", "amount", "effective_at", "recorded_at"
    ))  # fmt: skip
    recorded = sorted({row[4] for row in rows})
    known = [None, *recorded[:: max(1, len(recorded) // 2)], asked[0], asked[-1]]
    for effective_at in asked:
        for recorded_at in known:
            expected = dict.fromkeys(ACCOUNTS, 0)
            for source, target, amount, effective, written in rows:
                if effective < effective_at and (recorded_at is None or written <= recorded_at):
                    for path, sign in ((source, -1), (target, 1)):
                        if path in expected:
                            expected[path] += sign * amount
            found = get_balances_as_of(prefix="time/", effective_at=effective_at, recorded_at=recorded_at)
            assert found == expected, (effective_at, recorded_at)
    one = asked[7]
    assert get_balance_as_of(path="time/a", effective_at=one) == naive("time/a", one)
    assert get_balance_as_of(path="time/a", effective_at=one, recorded_at=recorded[1]) == naive(
        "time/a", one, recorded[1]
    )


@pytest.mark.parametrize("seed", range(2))
def test_any_balance_at_any_time_is_what_all_transfers_add_up_to(seed: int) -> None:
    generator = random.Random(seed)
    for size in (300, 700, 60):
        post_all(some_journals(generator, size))
        resolve_and_reverse_some(generator)
        assert_exact()
        reached = roll_up()
        assert get_rolled_up_journal_id() == reached
        assert_exact()
    assert AccountTotal.objects.filter(depth__gt=3).exists()
    assert UntimelyEntry.objects.exists()
    assert [finding for check in TOTAL_CHECKS for finding in check()] == []


def test_pending_amounts_of_an_account_that_keeps_no_balance_are_exact_at_every_step() -> None:
    first = post(hold("time/a", "time/b", 30), hold("time/a", "time/b", 5)).transfer_ids
    assert get_balance(path="time/a") == Balance("time/a", pending_out=35)
    roll_up()
    assert get_balance(path="time/a") == Balance("time/a", pending_out=35)
    post(Resolution(first[0], "post", 10))
    assert get_balance(path="time/b") == Balance("time/b", posted=10, pending_in=5)
    assert list_balances_under(prefix="time/b") == [Balance("time/b", posted=10, pending_in=5)]
    roll_up()
    post(Resolution(first[1], "void"))
    assert get_balance(path="time/a") == Balance("time/a", posted=-10)


def test_totals_may_end_at_any_journal() -> None:
    posted = post_all(some_journals(random.Random(5), 60))
    for reached in range(posted[0].id, posted[-1].id + 1, 7):
        roll_up(until=reached)
        assert [get_balance(path=path).posted for path in ACCOUNTS] == [naive(path) for path in ACCOUNTS]
        assert list_trial_balance()[0] is not None
    assert roll_up() == posted[-1].id


def test_a_block_that_is_full_is_followed_by_another() -> None:
    """The smallest block holds one journal of any size, so of 70,000 transfers the first takes a part."""
    amount = TransferRequest("time/a", "time/b", 1)
    big = [
        JournalRequest(kind="test", idempotency_key=key, effective_at=NOON, transfers=[amount] * 35_000)
        for key in ("one", "two")
    ]
    post_journals(journals=big)
    settled = find_settled_journal_id()
    assert settled is not None
    assert roll_up_totals(until_journal_id=settled, most_transfers=1) == settled - 1
    assert get_balance(path="time/b").posted == 70_000
    assert roll_up_totals(until_journal_id=settled, most_transfers=1) == settled
    assert get_balance(path="time/b").posted == 70_000


def test_rolling_up_again_changes_nothing() -> None:
    post_all(some_journals(random.Random(5), 200))
    roll_up()
    before = list(AccountCell.objects.order_by("pk").values_list())
    assert roll_up() == roll_up()
    assert list(AccountCell.objects.order_by("pk").values_list()) == before


def test_nothing_is_rolled_up_past_the_last_journal() -> None:
    last = post(move("time/a", "time/b", 1)).id
    assert roll_up_totals(until_journal_id=last + 1_000_000) == last


def test_a_late_fact_is_added_to_the_cells_that_stand() -> None:
    post_all([
        journal(move("time/a", "time/b", 1), effective_at=NOON + timedelta(hours=n)) for n in range(300)
    ])  # fmt: skip
    roll_up()
    before = dict(AccountCell.objects.filter(is_split=True).values_list("pk", "entries"))
    post(move("time/a", "time/b", 1000), effective_at=NOON + timedelta(hours=7, seconds=1))
    roll_up()
    after = dict(AccountCell.objects.filter(is_split=True).values_list("pk", "entries"))
    assert before.keys() == after.keys()
    assert sum(after.values()) > sum(before.values())
    assert get_balance_as_of(path="time/b", effective_at=NOON + timedelta(hours=7, seconds=1)) == 8
    assert get_balance_as_of(path="time/b", effective_at=NOON + timedelta(hours=7, seconds=2)) == 1008


def test_facts_of_one_instant_stay_together() -> None:
    post_all([journal(move("time/a", "time/b", 1), effective_at=NOON) for _ in range(150)])
    roll_up()
    finest = AccountCell.objects.filter(level=12)
    assert {(cell.start, cell.entries, cell.is_split) for cell in finest} == {(NOON, 150, False)}
    assert get_balance_as_of(path="time/b", effective_at=NOON) == 0
    assert get_balance_as_of(path="time/b", effective_at=NOON + timedelta(microseconds=1)) == 150


@contextmanager
def counted_rows() -> Iterator[list[int]]:
    """How many rows of transfers were read inside, by way of the statistics of this transaction."""
    query = (
        "select coalesce(sum(seq_tup_read), 0) + coalesce(sum(idx_tup_fetch), 0)"
        " from pg_stat_xact_user_tables where relname = 'ledger_transfer'"
    )
    read: list[int] = []
    with connection.cursor() as cursor:
        cursor.execute(query)
        before = cursor.fetchone()[0]
        yield read
        cursor.execute(query)
        read.append(int(Decimal(cursor.fetchone()[0]) - before))


@pytest.mark.parametrize("moment", [NOON + timedelta(hours=hour, minutes=30) for hour in (0, 1500, 2999)])
def test_a_balance_reads_no_more_transfers_than_a_cell_holds(moment: datetime) -> None:
    post_all([
        journal(move("time/a", "time/b", 1), effective_at=NOON + timedelta(hours=n)) for n in range(3_000)
    ])  # fmt: skip
    roll_up()
    expected = (moment - NOON) // timedelta(hours=1) + 1
    with counted_rows() as read:
        assert get_balance_as_of(path="time/b", effective_at=moment) == expected
        assert get_balance(path="time/b").posted == 3_000
    assert read[0] <= 130


def test_each_selector_asks_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    post_all(some_journals(random.Random(1), 20))
    for ask in (
        lambda: get_balance(path="time/a"),
        lambda: get_balance_as_of(path="time/a", effective_at=NOON, recorded_at=NOON),
        lambda: list_balances_under(prefix="time/"),
        lambda: get_balances_as_of(prefix="time/", effective_at=NOON),
        lambda: list_trial_balance(effective_at=NOON),
    ):
        with django_assert_num_queries(1):
            ask()


def test_the_worked_example() -> None:
    """That of the page. All is recorded today: what was known on day 6 is what came first."""
    day = [NOON + timedelta(days=number) for number in range(12)]
    post(move("time/a", "time/b", 100), effective_at=day[1])
    sixth_day = post(move("time/b", "time/a", 30), effective_at=day[5]).recorded_at
    late = post(move("time/a", "time/b", 7), effective_at=day[2]).id
    roll_up(until=late)
    post(move("time/a", "time/b", 1), effective_at=day[10])
    assert get_rolled_up_journal_id() == late
    assert get_balance(path="time/b").posted == 78
    for before, recorded_at, held in (
        (day[3], None, 107), (day[3], sixth_day, 100), (day[11], sixth_day, 70),
    ):  # fmt: skip
        assert get_balance_as_of(path="time/b", effective_at=before, recorded_at=recorded_at) == held
