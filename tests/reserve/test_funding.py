"""Purchases never exceed cash plus undrawn committed funding, less what open orders keep."""

from decimal import Decimal

import pytest
from django.db import transaction

from governance.errors import RoleRequired
from governance.selectors import get_system_user
from ledger.selectors import get_balance
from reserve.domain.funding import Undrawn, plan_draws
from reserve.domain.requests import TrancheSpec
from reserve.errors import (
    CodeTaken,
    FundingExceeded,
    PercentOutOfRange,
    QuantityNotPositive,
    TrancheNotFound,
    ValueNotAllowed,
)
from reserve.selectors import get_funding
from reserve.services import draw_funding, place_purchase_orders, register_tranches
from tests.reserve.standing import NOON, TONNE, USD, People, order


def test_committed_funding_is_headroom_at_once(people: People) -> None:
    money = get_funding()

    assert (money.cash_cents, money.undrawn_cents) == (0, 1_000_000 * USD)
    assert money.headroom_cents == 1_000_000 * USD
    assert [tranche.code for tranche in money.tranches] == ["capital", "loan-a"]


def test_a_draw_moves_committed_money_into_cash_and_leaves_the_headroom(people: People) -> None:
    draw_funding(tranche_code="loan-a", amount_cents=300 * USD, actor=people.finance, effective_at=NOON)

    money = get_funding()
    assert (money.cash_cents, money.undrawn_cents) == (300 * USD, 999_700 * USD)
    assert money.headroom_cents == 1_000_000 * USD
    assert get_balance(path="loan/loan-a").posted == -300 * USD
    assert money.tranches[1].drawn_cents == 300 * USD


def test_more_than_is_committed_cannot_be_drawn(people: People) -> None:
    with pytest.raises(FundingExceeded) as refused:
        draw_funding(
            tranche_code="capital", amount_cents=200_001 * USD, actor=people.finance, effective_at=NOON
        )
    assert refused.value.details["available_usd"] == "200000.00"


def test_a_draw_must_name_a_tranche_an_amount_and_have_the_role(people: People) -> None:
    with pytest.raises(TrancheNotFound):
        draw_funding(tranche_code="none", amount_cents=1, actor=people.finance, effective_at=NOON)
    with pytest.raises(QuantityNotPositive):
        draw_funding(tranche_code="capital", amount_cents=0, actor=people.finance, effective_at=NOON)
    with pytest.raises(RoleRequired):
        draw_funding(tranche_code="capital", amount_cents=1, actor=people.approver, effective_at=NOON)


def test_an_order_keeps_its_value_of_the_headroom(people: People) -> None:
    placed = place_purchase_orders(orders=[order()], actor=people.administrator, effective_at=NOON)

    assert placed[0].number.startswith("PO-")
    assert placed[0].value_cents == 200_000 * USD
    money = get_funding()
    assert (money.headroom_cents, money.ordered_cents) == (800_000 * USD, 200_000 * USD)


def test_orders_up_to_the_last_cent_are_placed_and_one_cent_more_is_refused(people: People) -> None:
    place_purchase_orders(
        orders=[order(quantity_g=10 * TONNE) for _ in range(5)], actor=people.administrator, effective_at=NOON
    )
    assert get_funding().headroom_cents == 0

    with pytest.raises(FundingExceeded) as refused, transaction.atomic():
        place_purchase_orders(
            orders=[order(quantity_g=1000, price_usd_per_kg=Decimal("0.01"))],
            actor=people.administrator,
            effective_at=NOON,
        )
    assert refused.value.details == {"available_usd": "0.00", "needed_usd": "0.01"}
    assert get_funding().ordered_cents == 1_000_000 * USD


@pytest.mark.parametrize(
    ("spec", "refusal"),
    [
        (TrancheSpec(code="capital", kind="private", limit_cents=1), CodeTaken),
        (TrancheSpec(code="more", kind="gift", limit_cents=1), ValueNotAllowed),
        (TrancheSpec(code="more", kind="loan", limit_cents=1, day_count="ACT/ACT"), ValueNotAllowed),
        (TrancheSpec(code="more", kind="loan", limit_cents=0), QuantityNotPositive),
        (
            TrancheSpec(code="more", kind="loan", limit_cents=1, annual_rate_percent=Decimal(-1)),
            PercentOutOfRange,
        ),
    ],
)
def test_a_bad_tranche_is_refused(people: People, spec: TrancheSpec, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        register_tranches(tranches=[spec], actor=get_system_user(), effective_at=NOON)


def test_a_shortage_empties_one_tranche_before_the_next() -> None:
    tranches = [Undrawn("capital", 200), Undrawn("loan-a", 500), Undrawn("loan-b", 500)]

    assert plan_draws(shortage_cents=0, tranches=tranches) == []
    assert plan_draws(shortage_cents=150, tranches=tranches) == [Undrawn("capital", 150)]
    assert plan_draws(shortage_cents=600, tranches=tranches) == [
        Undrawn("capital", 200),
        Undrawn("loan-a", 400),
    ]
    assert sum(draw.amount_cents for draw in plan_draws(shortage_cents=9999, tranches=tranches)) == 1200
