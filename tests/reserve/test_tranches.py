"""Tranches: agreed by two people, drawn within their time, and what is left of them lapses."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.approvals import approve_proposal
from governance.errors import RoleRequired
from reserve.domain.requests import TrancheSpec
from reserve.errors import (
    DatesReversed,
    EffectiveInFuture,
    PercentOutOfRange,
    QuantityNotPositive,
    ValueNotAllowed,
)
from reserve.loan_errors import DrawPeriodOver
from reserve.models import FundingTranche
from reserve.selectors import get_funding
from reserve.services import (
    draw_funding,
    place_purchase_orders,
    propose_tranche,
    register_tranches,
)
from tests.reserve.lending import accrue, broken_checks, noon, register
from tests.reserve.standing import NOON, USD, People, order


def test_draws_end_with_their_period_and_what_is_left_lapses(people: People, june: None) -> None:
    register("loan-c", available_until=date(2026, 5, 31), limit_cents=1_000 * USD)
    with pytest.raises(DrawPeriodOver) as refused:
        draw_funding(
            tranche_code="loan-c", amount_cents=1, actor=people.finance, effective_at=noon(date(2026, 6, 1))
        )
    assert refused.value.details == {"first_day": "2026-03-01", "last_day": "2026-05-31"}
    with pytest.raises(DrawPeriodOver):
        draw_funding(
            tranche_code="loan-c", amount_cents=1, actor=people.finance, effective_at=noon(date(2026, 2, 28))
        )
    draw_funding(
        tranche_code="loan-c", amount_cents=100, actor=people.finance, effective_at=noon(date(2026, 5, 31))
    )
    before = get_funding()

    accrue(date(2026, 6, 10), code="loan-c")
    assert accrue(date(2026, 6, 10), code="loan-c") == 0

    after = get_funding()
    line = after.tranches[-1]
    assert (line.undrawn_cents, line.lapsed_cents, line.drawn_cents) == (0, 1_000 * USD - 100, 100)
    assert before.headroom_cents - after.headroom_cents == 1_000 * USD - 100
    assert broken_checks() == []


def test_what_orders_count_on_does_not_lapse(people: People, june: None) -> None:
    register("loan-c", available_until=date(2026, 5, 31), limit_cents=1_000 * USD)
    headroom = get_funding().headroom_cents
    place_purchase_orders(
        orders=[order(quantity_g=1_000_000, price_usd_per_kg=Decimal(headroom // 100 - 300) / 1000)],
        actor=people.administrator,
        effective_at=NOON,
    )
    accrue(date(2026, 6, 10), code="loan-c")
    assert get_funding().tranches[-1].lapsed_cents == 300 * USD
    assert broken_checks() == []


def test_a_draw_is_not_dated_ahead(loan: People) -> None:
    with pytest.raises(EffectiveInFuture):
        draw_funding(
            tranche_code="loan-b",
            amount_cents=1,
            actor=loan.finance,
            effective_at=datetime(2026, 6, 11, tzinfo=UTC),
        )


def test_a_tranche_counts_once_a_second_person_approved_it(people: People, june: None) -> None:
    before = get_funding().headroom_cents
    spec = TrancheSpec(
        code="loan-d",
        kind="loan",
        limit_cents=500 * USD,
        annual_rate_percent=Decimal("5.125"),
        upfront_fee_percent=Decimal("0.25"),
        available_until=date(2027, 6, 30),
        matures_on=date(2041, 6, 30),
        day_count="30/360",
    )
    proposal = propose_tranche(tranche=spec, actor=people.finance, reason="second loan")
    assert get_funding().headroom_cents == before
    approve_proposal(proposal_id=proposal.id, actor=people.approver)

    line = get_funding().tranches[-1]
    assert get_funding().headroom_cents == before + 500 * USD
    assert (line.fees_owed_cents, line.available_from) == (125, date(2026, 6, 10))
    assert (line.day_count, line.matures_on, str(line.annual_rate_percent)) == (
        "30/360",
        date(2041, 6, 30),
        "5.125000",
    )


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"kind": "gift"}, ValueNotAllowed),
        ({"day_count": "ACT/ACT"}, ValueNotAllowed),
        ({"interest_period_months": 2}, ValueNotAllowed),
        ({"interest_settlement": "forget"}, ValueNotAllowed),
        ({"kind": "private"}, ValueNotAllowed),
        ({"limit_cents": 0}, QuantityNotPositive),
        ({"commitment_fee_percent": Decimal(-1)}, PercentOutOfRange),
        ({"available_until": date(2026, 1, 1)}, DatesReversed),
        ({"matures_on": date(2026, 1, 1)}, DatesReversed),
    ],
)
def test_terms_that_make_no_sense_are_not_proposed(
    people: People, june: None, changes: dict[str, object], refusal: type[Exception]
) -> None:
    values: dict[str, object] = {
        "code": "loan-d",
        "kind": "loan",
        "limit_cents": 100,
        "annual_rate_percent": Decimal(5),
    }
    with pytest.raises(refusal):
        propose_tranche(tranche=TrancheSpec(**(values | changes)), actor=people.finance)  # type: ignore[arg-type]


def test_only_loading_goes_without_a_second_person(people: People) -> None:
    with pytest.raises(RoleRequired):
        register_tranches(
            tranches=[TrancheSpec(code="mine", kind="private", limit_cents=1)],
            actor=people.finance,
            effective_at=NOON,
        )


def test_the_overview_asks_as_often_for_many_tranches_as_for_two(people: People, june: None) -> None:
    with CaptureQueriesContext(connection) as few:
        get_funding()
    for number in range(10):
        register(f"more-{number}")
    with CaptureQueriesContext(connection) as many:
        get_funding()
    assert len(many) == len(few)
    assert FundingTranche.objects.count() == 12
