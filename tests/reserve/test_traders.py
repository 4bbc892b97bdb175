"""Traders are registered with a checked identifier and paid for accepted lots, private capital first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from errors import Refusal
from governance.errors import RoleRequired
from ledger.selectors import get_balance
from reserve.domain.requests import TraderSpec
from reserve.errors import (
    CodeTaken,
    DuplicateLei,
    EffectiveInFuture,
    FundingExceeded,
    LotNotFound,
    MalformedCode,
    MalformedCountry,
    MalformedLei,
    NothingToPay,
    TraderNotFound,
)
from reserve.models import FundingDraw
from reserve.selectors import get_funding
from reserve.services import draw_funding, pay_trader, register_traders
from tests.reserve.standing import NOON, TONNE, USD, People, stock_up

# ISO 17442 numbers of two public companies, as published.
LEI = "RVHJWBXLJ1RFUBSY1F30"


def test_a_payment_draws_what_cash_lacks_private_capital_before_the_loan(people: People) -> None:
    stock_up(people, grams=15 * TONNE)
    draw_funding(tranche_code="loan-a", amount_cents=30_000 * USD, actor=people.finance, effective_at=NOON)

    payment = pay_trader(trader_code="trader-one", actor=people.finance, effective_at=NOON)

    assert payment.amount_cents == 300_000 * USD
    drawn = FundingDraw.objects.filter(payment=payment).order_by("tranche__draw_order")
    assert [(draw.tranche.code, draw.amount_cents) for draw in drawn] == [
        ("capital", 200_000 * USD),
        ("loan-a", 70_000 * USD),
    ]
    money = get_funding()
    assert (money.cash_cents, money.payable_cents, money.undrawn_cents) == (0, 0, 700_000 * USD)
    assert get_balance(path="private/capital").posted == -200_000 * USD


def test_cash_is_used_before_anything_is_drawn(people: People) -> None:
    stock_up(people)
    draw_funding(tranche_code="loan-a", amount_cents=150_000 * USD, actor=people.finance, effective_at=NOON)

    payment = pay_trader(trader_code="trader-one", actor=people.finance, effective_at=NOON)

    assert not FundingDraw.objects.filter(payment=payment).exists()
    assert get_funding().cash_cents == 50_000 * USD


def test_a_lot_is_paid_once(people: People) -> None:
    first, second = stock_up(people), stock_up(people)
    pay_trader(trader_code="trader-one", actor=people.finance, effective_at=NOON, lot_numbers=[first.number])

    with pytest.raises(LotNotFound):
        pay_trader(
            trader_code="trader-one",
            actor=people.finance,
            effective_at=NOON,
            lot_numbers=[first.number, second.number],
        )
    assert (
        pay_trader(trader_code="trader-one", actor=people.finance, effective_at=NOON).amount_cents
        == 100_000 * USD
    )
    with pytest.raises(NothingToPay):
        pay_trader(trader_code="trader-one", actor=people.finance, effective_at=NOON)
    assert get_funding().undrawn_cents == 800_000 * USD


def test_who_pays_and_who_is_paid_must_be_right(people: People) -> None:
    with pytest.raises(TraderNotFound):
        pay_trader(trader_code="nobody", actor=people.finance, effective_at=NOON)
    with pytest.raises(RoleRequired):
        pay_trader(trader_code="trader-one", actor=people.approver, effective_at=NOON)


def test_nobody_is_paid_ahead_of_time(people: People) -> None:
    stock_up(people)
    with pytest.raises(EffectiveInFuture):
        pay_trader(
            trader_code="trader-one",
            actor=people.finance,
            effective_at=timezone.now() + timedelta(days=1),
        )
    assert get_funding().payable_cents > 0


@pytest.mark.parametrize(
    ("spec", "refusal"),
    [
        (TraderSpec(code="trader-one", legal_name="x", country="US"), CodeTaken),
        (TraderSpec(code="Trader", legal_name="x", country="US"), MalformedCode),
        (TraderSpec(code="two", legal_name="x", country="usa"), MalformedCountry),
        (TraderSpec(code="two", legal_name="x", country="US", lei=LEI[:-1] + "1"), MalformedLei),
        (TraderSpec(code="two", legal_name="x", country="US", lei="short"), MalformedLei),
    ],
)
def test_a_bad_trader_is_refused(people: People, spec: TraderSpec, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        register_traders(traders=[spec], actor=people.administrator)


def test_two_traders_cannot_share_an_identifier(people: People) -> None:
    specs = [TraderSpec(code=code, legal_name="x", country="US", lei=LEI) for code in ("two", "three")]
    with pytest.raises(DuplicateLei):
        register_traders(traders=specs, actor=people.administrator)


def test_a_trader_without_an_identifier_is_registered(people: People) -> None:
    specs = [TraderSpec(code=code, legal_name="x", country="US") for code in ("two", "three")]
    assert [row.lei for row in register_traders(traders=specs, actor=people.administrator)] == ["", ""]


def test_a_payment_beyond_all_funding_is_refused(people: People) -> None:
    """Only possible once money has left the reserve by another way than purchases."""
    from ledger.services import JournalRequest, TransferRequest, post_journals

    stock_up(people, grams=50 * TONNE)
    draw_funding(tranche_code="capital", amount_cents=200_000 * USD, actor=people.finance, effective_at=NOON)
    post_journals(
        journals=[
            JournalRequest(
                "test", "test:1", NOON, [TransferRequest("cash/main", "income/sales", 200_000 * USD)]
            )
        ]
    )

    with pytest.raises(FundingExceeded) as refused:
        pay_trader(trader_code="trader-one", actor=people.finance, effective_at=NOON)
    assert refused.value.details == {"needed_usd": "1000000.00", "available_usd": "800000.00"}
