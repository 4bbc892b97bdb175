"""Stock is attributed as of a time at which it was there, to those who had committed by then."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from ledger.selectors import get_balance, get_balance_as_of
from members.domain.free_grams import least_since
from members.domain.requests import CommitmentRequest
from members.errors import AttributedBeforeAccepted
from members.models import AttributionRun
from members.services import attribute_stock, make_commitments
from reserve.errors import EffectiveInFuture
from reserve.services import place_purchase_orders, receive_lots
from tests.members.standing import Member, commit, commitment, member, members
from tests.reserve.standing import NOON, People, accept, lot, order

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


def stock(people: People, grams: int, accepted_at: datetime) -> None:
    """A lot that came at noon and became stock later."""
    placed = place_purchase_orders(
        orders=[order(quantity_g=grams)], actor=people.administrator, effective_at=NOON
    )
    received = receive_lots(
        lots=[lot(placed[0], gross_g=grams, net_g=grams)], actor=people.administrator, effective_at=NOON
    )
    accept(received, people, accepted_at)


def attribute(people: People, effective_at: datetime, **changes: str) -> AttributionRun:
    return attribute_stock(
        material_codes=["antimony"],
        actor=people.administrator,
        effective_at=effective_at,
        run_key=changes.pop("run_key", effective_at.isoformat()),
        **changes,
    )


def position(item: Member) -> int:
    return get_balance(path=f"position/{item.firm.id}/antimony").posted


def test_stock_is_not_attributed_before_it_was_accepted(people: People) -> None:
    (firm,) = members(people, [600])
    stock(people, 1000, NOON + 15 * DAY)

    with pytest.raises(AttributedBeforeAccepted) as refused:
        attribute(people, NOON + 15 * DAY - MOMENT)

    assert refused.value.details["materials"] == ["antimony"]
    assert position(firm) == 0
    assert not AttributionRun.objects.exists()


def test_the_instant_of_the_acceptance_is_not_too_early(people: People) -> None:
    (firm,) = members(people, [600])
    stock(people, 1000, NOON + 15 * DAY)
    attribute(people, NOON + 15 * DAY)
    assert position(firm) == 600


def test_of_two_deliveries_only_the_one_that_was_there_is_attributed(people: People) -> None:
    (firm,) = members(people, [600])
    stock(people, 200, NOON)
    stock(people, 300, NOON + 15 * DAY)

    attribute(people, NOON + DAY)
    assert position(firm) == 200
    attribute(people, NOON + 15 * DAY)
    assert position(firm) == 500


def test_what_was_attributed_since_is_not_attributed_again_as_of_before(people: People) -> None:
    """500 g were there at noon, but only 300 of them are left after what was given away on the 16th."""
    (firm,) = members(people, [700])
    stock(people, 500, NOON)
    stock(people, 500, NOON + 15 * DAY)
    attribute(people, NOON + 15 * DAY)
    assert position(firm) == 700
    commit(firm.agreement, people, quantity_g=1000)
    stock(people, 1000, NOON + 20 * DAY)

    attribute(people, NOON)
    assert position(firm) == 1000


@pytest.mark.parametrize(
    ("rule", "afterwards"), [("pro_rata_unfilled", (650, 350)), ("oldest_first", (700, 300))]
)
def test_who_committed_later_gets_nothing_as_of_before(
    people: People, rule: str, afterwards: tuple[int, int]
) -> None:
    early, late = members(people, [300])[0], member(people, "Example Late")
    stock(people, 1000, NOON)
    make_commitments(
        commitments=[
            CommitmentRequest(
                agreement_id=item.agreement.id,
                material_code="antimony",
                quantity_g=400,
                fixed_price_usd_per_kg=commitment(item.agreement).fixed_price_usd_per_kg,
                starts_on=item.agreement.starts_on,
            )
            for item in (early, late)
        ],
        actor=people.administrator,
        effective_at=NOON + 2 * DAY,
    )

    attribute(people, NOON + DAY, rule=rule)
    assert (position(early), position(late)) == (300, 0)
    attribute(people, NOON + 2 * DAY, rule=rule)
    assert (position(early), position(late)) == afterwards


def test_no_account_is_ever_below_zero_at_any_time(people: People) -> None:
    (firm,) = members(people, [600])
    stock(people, 200, NOON)
    stock(people, 300, NOON + 15 * DAY)
    attribute(people, NOON)
    attribute(people, NOON + 15 * DAY)
    paths = ["unattributed/antimony", f"commitment/{firm.firm.id}/antimony"]
    for path in paths:
        for at in (NOON, NOON + MOMENT, NOON + 15 * DAY, NOON + 15 * DAY + MOMENT):
            assert get_balance_as_of(path=path, effective_at=at) >= 0


def test_nothing_is_attributed_ahead(people: People) -> None:
    with pytest.raises(EffectiveInFuture):
        attribute(people, timezone.now() + DAY)


def test_more_firms_and_deliveries_cost_no_more_queries(people: People) -> None:
    counts = []
    for number, size in enumerate((1, 6)):
        for each in range(size):
            item = member(people, f"Example {number} {each}")
            make_commitments(
                commitments=[commitment(item.agreement, quantity_g=1000)],
                actor=people.administrator,
                effective_at=NOON,
            )
            stock(people, 100, NOON + number * DAY)
        with CaptureQueriesContext(connection) as queries:
            attribute(people, NOON + 5 * DAY, run_key=f"run {number}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


MOVES = st.lists(st.tuples(st.integers(0, 4), st.integers(-50, 50)), max_size=12)


def test_the_worked_table() -> None:
    """The table of docs/algorithms/attribution.md: 16 March is day 15."""
    deliveries = [(NOON + 15 * DAY, 300)]
    assert least_since(instant=NOON, before_g=200, moves=deliveries) == 200
    assert least_since(instant=NOON + 15 * DAY, before_g=200, moves=deliveries) == 500
    assert least_since(instant=NOON, before_g=0, moves=[(NOON, 200), *deliveries]) == 200
    assert least_since(instant=NOON, before_g=200, moves=[*deliveries, (NOON + 20 * DAY, -450)]) == 50
    assert least_since(instant=NOON, before_g=0, moves=deliveries) == 0


@given(before_g=st.integers(0, 100), moves=MOVES)
def test_taking_the_least_leaves_no_time_below_zero_and_a_gram_more_would(
    before_g: int, moves: list[tuple[int, int]]
) -> None:
    ordered = sorted((NOON + day * DAY, grams) for day, grams in moves)
    free = least_since(instant=NOON, before_g=before_g, moves=ordered)
    balances = [
        before_g + sum(grams for moment, grams in ordered if moment <= NOON + day * DAY) for day in range(5)
    ]
    assert free == max(0, min(balances))
