"""Rate cards: two people, no day with two prices, and no price that changes in silence."""

from datetime import date
from decimal import Decimal

import pytest

from billing.domain.requests import RateCardSpec
from billing.errors import MalformedRateCard, RateCardInBilledMonth, RateCardOverlap
from billing.models import RateCard
from billing.selectors import list_rate_cards
from billing.services import discard_fee_run, propose_rate_cards
from governance.approvals import approve_proposal, reject_proposal
from governance.errors import RoleRequired, SelfApproval
from governance.services import grant_role
from reserve.errors import FacilityNotFound
from tests.billing.standing import EAST, WEST, Reserve

pytestmark = pytest.mark.django_db


def spec(price: str = "0.62", starts_on: str = "2026-01-01", ends_on: str | None = None) -> RateCardSpec:
    return RateCardSpec(
        facility_code=EAST,
        storage_class="metal-dry",
        usd_per_tonne_day=Decimal(price),
        starts_on=date.fromisoformat(starts_on),
        ends_on=date.fromisoformat(ends_on) if ends_on else None,
    )


def propose(reserve: Reserve, *specs: RateCardSpec) -> list[RateCard]:
    return propose_rate_cards(rate_cards=specs, actor=reserve.finance)


def test_a_card_counts_once_a_second_person_approved_it(reserve: Reserve) -> None:
    (card,) = propose(reserve, spec())
    assert list_rate_cards() == []
    grant_role(user=reserve.finance, role="approver")
    with pytest.raises(SelfApproval):
        approve_proposal(proposal_id=card.proposal_id, actor=reserve.finance)
    reserve.approve(card.proposal_id)
    (active,) = list_rate_cards()
    assert (active.id, active.approved_by) == (card.id, reserve.approver)


def test_a_rejected_card_never_counts(reserve: Reserve) -> None:
    (card,) = propose(reserve, spec())
    reject_proposal(proposal_id=card.proposal_id, actor=reserve.approver, reason="too dear")
    assert list_rate_cards() == []


def test_a_new_card_ends_the_open_one_on_its_first_day(reserve: Reserve) -> None:
    old = reserve.set_rate("0.62", "2026-01-01")
    new = reserve.set_rate("0.65", "2026-03-16")
    old.refresh_from_db()
    assert (old.ends_on, new.ends_on) == (date(2026, 3, 16), None)


def test_cards_of_other_places_and_classes_stand_beside_each_other(reserve: Reserve) -> None:
    reserve.set_rate("0.62", "2026-01-01")
    reserve.set_rate("0.62", "2026-01-01", facility=WEST)
    reserve.set_rate("0.62", "2026-01-01", storage_class="metal-cool")
    assert len(list_rate_cards()) == 3


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [("2026-01-01", None), ("2025-06-01", None), ("2025-06-01", "2026-01-02"), ("2026-05-01", "2026-06-01")],
)
def test_two_cards_never_cover_one_day(reserve: Reserve, starts_on: str, ends_on: str | None) -> None:
    """The standing card ends by itself, so nothing may take days from it."""
    (standing,) = propose(reserve, spec(ends_on="2026-12-31"))
    reserve.approve(standing.proposal_id)
    (card,) = propose(reserve, spec("0.70", starts_on, ends_on))
    with pytest.raises(RateCardOverlap):
        reserve.approve(card.proposal_id)


def test_cards_that_touch_do_not_overlap(reserve: Reserve) -> None:
    for starts_on, ends_on in (("2026-01-01", "2026-02-01"), ("2026-02-01", "2026-03-01")):
        (card,) = propose(reserve, spec("0.62", starts_on, ends_on))
        reserve.approve(card.proposal_id)
    assert len(list_rate_cards()) == 2


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [("2026-03-16", None), ("2026-01-15", None), ("2026-02-15", "2026-03-02"), ("2026-03-31", "2026-06-01")],
)
def test_a_month_with_a_fee_run_keeps_its_prices(
    reserve: Reserve, starts_on: str, ends_on: str | None
) -> None:
    """Also where the standing card would only be ended before the month."""
    standing = reserve.set_rate("0.62", "2026-01-01")
    (card,) = propose(reserve, spec("6.20", starts_on, ends_on))
    fee_run = reserve.draft()

    with pytest.raises(RateCardInBilledMonth) as refused:
        reserve.approve(card.proposal_id)
    assert refused.value.details["months"] == ["2026-03"]
    standing.refresh_from_db()
    assert standing.ends_on is None

    discard_fee_run(fee_run_id=fee_run.id, actor=reserve.finance, reason="the new price is to count")
    reserve.approve(card.proposal_id)


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [("2026-04-01", None), ("2026-01-01", "2026-03-01"), ("2026-04-01", "2026-05-01")],
)
def test_months_without_a_fee_run_can_be_given_prices(
    reserve: Reserve, starts_on: str, ends_on: str | None
) -> None:
    reserve.draft()
    (card,) = propose(reserve, spec("0.62", starts_on, ends_on))
    reserve.approve(card.proposal_id)
    assert [each.id for each in list_rate_cards()] == [card.id]


def test_a_card_that_ends_another_before_a_month_with_a_fee_run_is_refused(reserve: Reserve) -> None:
    """The new card doesn't reach March, but it would take March's price away."""
    reserve.set_rate("0.62", "2026-01-01")
    reserve.draft()
    (card,) = propose(reserve, spec("6.20", "2026-02-10", "2026-02-20"))
    with pytest.raises(RateCardInBilledMonth):
        reserve.approve(card.proposal_id)


@pytest.mark.parametrize("bad", [spec("-0.01"), spec(ends_on="2026-01-01"), spec(ends_on="2025-12-01")])
def test_a_card_that_makes_no_sense(reserve: Reserve, bad: RateCardSpec) -> None:
    with pytest.raises(MalformedRateCard):
        propose(reserve, bad)


def test_who_and_where(reserve: Reserve) -> None:
    with pytest.raises(RoleRequired):
        propose_rate_cards(rate_cards=[spec()], actor=reserve.approver)
    unknown = RateCardSpec(
        facility_code="nowhere",
        storage_class="metal-dry",
        usd_per_tonne_day=Decimal(1),
        starts_on=date(2026, 1, 1),
    )
    with pytest.raises(FacilityNotFound):
        propose(reserve, unknown)
