"""Purchases stop at a ceiling that only a further authority can raise; the refusal says what is possible."""

from decimal import Decimal

import pytest
from django.db import transaction

from governance.approvals import approve_proposal
from governance.errors import RoleRequired
from ledger.verification import run_checks
from reserve.errors import QuantityNotPositive, TextMissing, ValueTooLong
from reserve.loan_errors import CeilingBelowCommitted, CeilingExceeded
from reserve.selectors import get_funding
from reserve.services import close_purchase_order, place_purchase_orders, propose_funding_ceiling
from tests.reserve.standing import NOON, USD, People, order

ACT = "Example Act, section 7"


def set_ceiling(people: People, dollars: int, reference: str = ACT) -> None:
    proposal = propose_funding_ceiling(
        limit_cents=dollars * USD, authority_reference=reference, actor=people.finance
    )
    approve_proposal(proposal_id=proposal.id, actor=people.approver)


def buy(people: People, dollars: int) -> str:
    """An order worth so much."""
    wish = order(quantity_g=1_000_000, price_usd_per_kg=Decimal(dollars) / 1000)
    return place_purchase_orders(orders=[wish], actor=people.administrator, effective_at=NOON)[0].number


def broken_checks() -> list[str]:
    return [result.name for result in run_checks() if not result.is_clean]


def test_without_a_ceiling_headroom_alone_counts(people: People) -> None:
    money = get_funding()
    assert (money.ceiling, money.purchasable_cents) == (None, money.headroom_cents)


def test_an_order_beyond_it_is_refused_with_what_would_be_possible(people: People) -> None:
    buy(people, 200_000)
    set_ceiling(people, 500_000)
    assert get_funding().purchasable_cents == 300_000 * USD

    with pytest.raises(CeilingExceeded) as refused, transaction.atomic():
        buy(people, 300_001)
    assert refused.value.details == {
        "authority_reference": ACT,
        "available_usd": "300000.00",
        "needed_usd": "300001.00",
    }
    buy(people, 300_000)
    assert (get_funding().purchasable_cents, broken_checks()) == (0, [])


def test_a_closed_order_gives_its_room_back(people: People) -> None:
    before = buy(people, 200_000)
    set_ceiling(people, 500_000)
    number = buy(people, 300_000)
    for each in (before, number):
        close_purchase_order(number=each, actor=people.administrator, reason="not needed", effective_at=NOON)
    assert (get_funding().purchasable_cents, broken_checks()) == (500_000 * USD, [])


def test_a_new_ceiling_takes_the_place_of_the_old(people: People) -> None:
    set_ceiling(people, 500_000)
    buy(people, 400_000)
    set_ceiling(people, 800_000, "Second Act")
    ceiling = get_funding().ceiling
    assert ceiling is not None
    assert (ceiling.left_cents, ceiling.authority_reference) == (400_000 * USD, "Second Act")
    set_ceiling(people, 400_000, "Third Act")
    assert (get_funding().purchasable_cents, broken_checks()) == (0, [])


def test_it_never_lies_below_what_was_ordered(people: People) -> None:
    buy(people, 400_000)
    with pytest.raises(CeilingBelowCommitted) as refused:
        set_ceiling(people, 399_999)
    assert refused.value.details["least_usd"] == "400000.00"

    proposal = propose_funding_ceiling(
        limit_cents=400_000 * USD, authority_reference=ACT, actor=people.finance
    )
    buy(people, 1)
    with pytest.raises(CeilingBelowCommitted):
        approve_proposal(proposal_id=proposal.id, actor=people.approver)


def test_two_people_set_it_and_bad_input_is_refused(people: People) -> None:
    with pytest.raises(RoleRequired):
        propose_funding_ceiling(limit_cents=1, authority_reference=ACT, actor=people.approver)
    with pytest.raises(QuantityNotPositive):
        propose_funding_ceiling(limit_cents=0, authority_reference=ACT, actor=people.finance)
    with pytest.raises(TextMissing):
        propose_funding_ceiling(limit_cents=1, authority_reference=" ", actor=people.finance)
    with pytest.raises(ValueTooLong):
        propose_funding_ceiling(limit_cents=1, authority_reference="x" * 201, actor=people.finance)
    proposal = propose_funding_ceiling(limit_cents=500, authority_reference=ACT, actor=people.finance)
    with pytest.raises(RoleRequired):
        approve_proposal(proposal_id=proposal.id, actor=people.finance)
    assert get_funding().ceiling is None
