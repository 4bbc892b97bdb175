"""Subtotals: what lies under a path, at each level, book by book."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from ledger.selectors import Subtotal, list_subtotals, list_trial_balance, total_by_unit
from ledger.services import AccountSpec, open_accounts
from tests.ledger.standing import NOON, fund, journal, move, post, post_all

pytestmark = pytest.mark.usefixtures("ledger")

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _stock(ledger: None) -> None:
    for place, amount, day in (("east", 9, 0), ("west", 4, 1)):
        post(
            move("outside/antimony", f"custody/{place}/antimony", amount),
            move("issued/antimony", "unattributed/antimony", amount),
            effective_at=NOON + day * DAY,
        )


def test_every_level_adds_up_what_lies_under_it() -> None:
    book = ("custody:antimony", "g")
    assert list_subtotals(prefix="custody/") == [
        Subtotal("custody", 1, *book, 2, 13),
        Subtotal("custody/east", 2, *book, 1, 9),
        Subtotal("custody/east/antimony", 3, *book, 1, 9),
        Subtotal("custody/west", 2, *book, 1, 4),
        Subtotal("custody/west/antimony", 3, *book, 1, 4),
    ]


def test_levels_end_where_they_are_told_to() -> None:
    assert [one.path for one in list_subtotals(prefix="custody/", deepest_level=2)] == [
        "custody",
        "custody/east",
        "custody/west",
    ]
    assert [one.path for one in list_subtotals(prefix="custody/east/")] == [
        "custody/east",
        "custody/east/antimony",
    ]
    assert {one.level for one in list_subtotals(prefix="", deepest_level=1)} == {1}
    assert list_subtotals(prefix="nowhere/") == []


def test_books_are_not_added_to_one_another() -> None:
    open_accounts(accounts=[AccountSpec("custody/cash", "money:USD")])
    post(move("loan/example", "custody/cash", 500))
    assert list_subtotals(prefix="custody/", deepest_level=1) == [
        Subtotal("custody", 1, "custody:antimony", "g", 2, 13),
        Subtotal("custody", 1, "money:USD", "cent", 1, 500),
    ]


def test_as_of_a_day_and_as_it_was_known() -> None:
    late = post(
        move("outside/antimony", "custody/west/antimony", 100),
        move("issued/antimony", "unattributed/antimony", 100),
        effective_at=NOON - DAY,
    )
    before = late.recorded_at - timedelta(microseconds=1)
    for recorded_at, posted in ((None, 109), (before, 9)):
        (found,) = list_subtotals(
            prefix="custody/", deepest_level=1, effective_at=NOON + DAY, recorded_at=recorded_at
        )
        assert found.posted == posted


def test_a_trial_balance_adds_up_to_nothing_in_each_unit() -> None:
    fund(100)
    totals = total_by_unit(lines=list_trial_balance())
    assert [(one.unit, one.held, one.owed) for one in totals] == [("cent", 100, 100), ("g", 26, 26)]
    assert all(one.is_balanced for one in totals)
    assert {line.unit for line in list_trial_balance(unit="g")} == {"g"}
    assert list_trial_balance(unit="g", book="money:USD") == []
    known = list_trial_balance(unit="g", effective_at=NOON + DAY, recorded_at=NOON)
    assert {line.received for line in known} == {0}


@pytest.mark.parametrize("size", [1, 30])
def test_levels_and_trial_balance_are_one_query_each(
    size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    open_accounts(accounts=[AccountSpec(f"income/{n}/a", "money:USD") for n in range(size)])
    post_all([journal(move("loan/example", f"income/{n}/a", 1)) for n in range(size)])
    with django_assert_num_queries(1):
        found = list_subtotals(prefix="income/")
    assert found[0].posted == size
    with django_assert_num_queries(1):
        list_trial_balance(effective_at=NOON)
