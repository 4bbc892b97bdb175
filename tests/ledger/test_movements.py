"""Movements and the trial balance: what an account's balance is made of, and that nothing is lost."""

from datetime import timedelta

import pytest

from ledger.selectors import Movement, get_balance, list_movements, list_trial_balance
from ledger.services import Resolution
from tests.ledger.standing import NOON, fund, hold, move, post

pytestmark = pytest.mark.usefixtures("ledger")

DAY = timedelta(days=1)


def test_movements_are_signed_ordered_and_name_their_journal() -> None:
    fund(100)
    late = post(
        move("cash/main", "income/storage", 30),
        effective_at=NOON + 2 * DAY,
        kind="fee",
        reference_type="invoice",
        reference_id="17",
    )
    early = post(move("cash/main", "income/storage", 5), effective_at=NOON + DAY)
    movements = list_movements(prefix="cash/", since=None, until=None)
    assert [movement.amount for movement in movements] == [100, -5, -30]
    last = movements[-1]
    assert (last.journal_id, last.transfer_id) == (late.id, late.transfer_ids[0])
    assert (last.kind, last.path, last.effective_at) == ("fee", "cash/main", NOON + 2 * DAY)
    assert (last.reference_type, last.reference_id, last.recorded_at) == ("invoice", "17", late.recorded_at)
    within = list_movements(prefix="cash/", since=NOON + DAY, until=NOON + 2 * DAY)
    assert [movement.journal_id for movement in within] == [early.id]


def test_a_transfer_inside_the_prefix_is_seen_from_both_sides() -> None:
    post(
        move("outside/antimony", "custody/east/antimony", 9),
        move("issued/antimony", "unattributed/antimony", 9),
    )
    post(move("custody/east/antimony", "custody/west/antimony", 4))
    movements = list_movements(prefix="custody/", since=None, until=None)
    assert [(movement.path.split("/")[1], movement.amount) for movement in movements] == [
        ("east", 9),
        ("east", -4),
        ("west", 4),
    ]


def test_what_is_only_pending_is_no_movement_until_it_is_posted() -> None:
    fund(100)
    pending = post(hold("cash/main", "income/storage", 20)).transfer_ids[0]
    assert list_movements(prefix="income/", since=None, until=None) == []
    post(Resolution(pending, "post", 15), effective_at=NOON + DAY)
    only = list_movements(prefix="income/", since=None, until=None)
    assert [(movement.amount, movement.effective_at) for movement in only] == [(15, NOON + DAY)]


def test_the_trial_balance_adds_up_in_every_book() -> None:
    fund(100)
    post(move("cash/main", "income/storage", 30), effective_at=NOON + DAY)
    lines = list_trial_balance()
    assert {line.book for line in lines} == {"custody:antimony", "title:antimony", "money:USD"}
    for book in {line.book for line in lines}:
        assert sum(line.balance for line in lines if line.book == book) == 0
    cash = next(line for line in lines if line.path == "cash/main")
    assert (cash.unit, cash.received, cash.given, cash.balance) == ("cent", 100, 30, 70)
    assert cash.balance == get_balance(path="cash/main").posted


def test_the_trial_balance_of_one_book_as_of_a_day() -> None:
    fund(100)
    post(move("cash/main", "income/storage", 30), effective_at=NOON + DAY)
    lines = list_trial_balance(book="money:USD", effective_at=NOON + DAY)
    assert {line.path: line.balance for line in lines if line.balance} == {
        "cash/main": 100,
        "loan/example": -100,
    }


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_pages_of_movements_follow_one_another_across_ties(limit: int) -> None:
    """Of one instant, of one journal, of one transfer between two of the accounts."""
    post(
        move("outside/antimony", "custody/east/antimony", 9),
        move("issued/antimony", "unattributed/antimony", 9),
    )
    for _ in range(3):
        post(
            move("custody/east/antimony", "custody/west/antimony", 2),
            move("custody/west/antimony", "custody/east/antimony", 1),
        )
    whole = list_movements(prefix="custody/", since=None, until=None)
    assert len(whole) == 13
    found: list[Movement] = []
    page = list_movements(prefix="custody/", since=None, until=None, limit=limit)
    while page:
        found += page
        post(move("outside/antimony", "quarantine/east/antimony", 1))
        page = list_movements(prefix="custody/", since=None, until=None, limit=limit, after=page[-1])
    assert found == whole


def test_movements_as_they_were_known() -> None:
    first = fund(100)
    fund(50)
    found = list_movements(prefix="cash/", since=None, until=None, recorded_at=first.recorded_at)
    assert [movement.amount for movement in found] == [100]
