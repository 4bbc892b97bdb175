"""Balances: now, under a path, as of a past effective time, and as known at a past recording time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from ledger.selectors import (
    Balance,
    get_balance,
    get_balance_as_of,
    get_balances,
    get_balances_as_of,
    list_balances_under,
)
from ledger.services import AccountSpec, PostedJournal, Resolution, open_accounts
from tests.ledger.standing import NOON, fund, hold, move, post

pytestmark = pytest.mark.usefixtures("ledger")

DAY = timedelta(days=1)


def test_an_account_that_is_not_there_holds_nothing() -> None:
    assert get_balance(path="cash/second") == Balance("cash/second")
    assert get_balances(paths=[]) == {}
    assert get_balance_as_of(path="cash/second", effective_at=NOON) == 0


def test_balances_of_many_accounts_are_one_query(django_assert_num_queries: Any) -> None:
    fund(100)
    with django_assert_num_queries(1):
        balances = get_balances(paths=["cash/main", "loan/example", "nothing/here"])
    assert {path: balance.posted for path, balance in balances.items()} == {
        "cash/main": 100,
        "loan/example": -100,
        "nothing/here": 0,
    }


def test_guarded_and_unguarded_accounts_are_listed_alike() -> None:
    open_accounts(accounts=[AccountSpec("mixed/a", "money:USD", True), AccountSpec("mixed/b", "money:USD")])
    fund(100)
    post(move("cash/main", "mixed/a", 30), move("cash/main", "mixed/b", 40), hold("mixed/b", "mixed/a", 5))
    assert list_balances_under(prefix="mixed/") == [
        Balance("mixed/a", posted=30, pending_in=5),
        Balance("mixed/b", posted=40, pending_out=5),
    ]


@pytest.mark.parametrize("prefix", ["odd%/", "odd_/", "odd\\/", "odd'/", "odd/", "ödd/", "odd*/"])
def test_no_character_of_a_prefix_has_a_meaning(prefix: str) -> None:
    names = ["odd%/", "odd_/", "odd\\/", "odd'/", "odd/", "ödd/", "odd*/", "oddx/"]
    open_accounts(accounts=[AccountSpec(f"{name}a", "money:USD") for name in names])
    assert [balance.path for balance in list_balances_under(prefix=prefix)] == [f"{prefix}a"]


def test_a_prefix_query_reads_the_index_of_paths() -> None:
    open_accounts(accounts=[AccountSpec(f"position/{n}/zinc", "title:antimony") for n in range(2_000)])
    with connection.cursor() as cursor:
        cursor.execute(
            "explain select * from ledger_account account where account.path >= 'custody/'"
            " and account.path < 'custody/\U0010ffff'"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "ledger_account_path_unique" in plan


@pytest.fixture
def history() -> list[PostedJournal]:
    """Three days of one account, the second day's fact recorded last; each in turn."""
    return [
        post(move("loan/example", "cash/main", 100), effective_at=NOON),
        post(move("cash/main", "income/storage", 30), effective_at=NOON + 2 * DAY),
        post(move("cash/main", "income/storage", 5), effective_at=NOON + DAY),
    ]


@pytest.mark.parametrize(
    ("effective_at", "cash"),
    [
        (NOON, 0),
        (NOON + timedelta(microseconds=1), 100),
        (NOON + DAY, 100),
        (NOON + 1.5 * DAY, 95),
        (NOON + 3 * DAY, 65),
    ],
)
def test_a_balance_as_of_counts_what_was_effective_before(
    history: list[PostedJournal], effective_at: datetime, cash: int
) -> None:
    assert get_balance_as_of(path="cash/main", effective_at=effective_at) == cash
    assert get_balances_as_of(prefix="cash/", effective_at=effective_at) == {"cash/main": cash}


def test_a_balance_can_be_asked_for_as_it_was_known(history: list[PostedJournal]) -> None:
    end = NOON + 10 * DAY
    known = [
        get_balance_as_of(path="cash/main", effective_at=end, recorded_at=journal.recorded_at)
        for journal in history
    ]
    assert known == [100, 70, 65]
    before = history[0].recorded_at - timedelta(microseconds=1)
    assert get_balances_as_of(prefix="cash/", effective_at=end, recorded_at=before) == {"cash/main": 0}
    early = get_balance_as_of(
        path="cash/main", effective_at=NOON + 1.5 * DAY, recorded_at=history[1].recorded_at
    )
    assert early == 100


def test_what_is_pending_counts_from_the_day_it_is_posted(history: list[PostedJournal]) -> None:
    pending = post(hold("cash/main", "income/storage", 20), effective_at=NOON + DAY).transfer_ids[0]
    post(Resolution(pending, "post", 15), effective_at=NOON + 4 * DAY)
    assert get_balance_as_of(path="cash/main", effective_at=NOON + 4 * DAY) == 65
    assert get_balance_as_of(path="cash/main", effective_at=NOON + 5 * DAY) == 50
