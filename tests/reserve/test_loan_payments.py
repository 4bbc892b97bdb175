"""What is paid to lenders, taken back, capitalised, and falls due."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from governance.errors import RoleRequired
from ledger.models import Journal
from reserve.errors import (
    DatesReversed,
    EffectiveInFuture,
    FundingExceeded,
    QuantityNotPositive,
    ReasonMissing,
    TrancheNotFound,
    ValueNotAllowed,
)
from reserve.loan_errors import DrawNotFound, LoanOverpaid, ReversedBefore
from reserve.selectors import get_funding, get_tranche, list_loan_periods
from reserve.services import (
    draw_funding,
    pay_lender,
    place_purchase_orders,
    reverse_draw,
    reverse_loan_payment,
)
from tests.reserve.lending import DAILY, DRAWN, accrue, broken_checks, noon, owed, register
from tests.reserve.standing import NOON, USD, People, order


def test_a_wrong_draw_is_taken_back_with_its_interest(loan: People) -> None:
    draw = draw_funding(
        tranche_code="loan-b",
        amount_cents=750_000 * USD,
        actor=loan.finance,
        effective_at=noon(date(2026, 3, 6)),
    )
    accrue(date(2026, 3, 11))
    before = get_funding()

    reverse_draw(draw_id=draw.id, actor=loan.finance, reason="booked twice")
    accrue(date(2026, 3, 11))

    after = get_funding()
    assert owed() == 10 * DAILY
    assert after.cash_cents == before.cash_cents - 750_000 * USD
    assert (after.headroom_cents, after.tranches[-1].drawn_cents) == (before.headroom_cents, DRAWN)
    assert Journal.objects.get(reverses__isnull=False).reverses == Journal.objects.get(
        idempotency_key=f"draw:{draw.id}"
    )
    with pytest.raises(ReversedBefore):
        reverse_draw(draw_id=draw.id, actor=loan.finance, reason="again")
    assert broken_checks() == []


def test_what_was_repaid_or_spent_cannot_be_taken_back(loan: People) -> None:
    draw = get_tranche(code="loan-b").draws.get()
    with pytest.raises(ReasonMissing):
        reverse_draw(draw_id=draw.id, actor=loan.finance, reason=" ")
    with pytest.raises(RoleRequired):
        reverse_draw(draw_id=draw.id, actor=loan.administrator, reason="wrong")
    with pytest.raises(DrawNotFound):
        reverse_draw(draw_id=loan.finance.person, actor=loan.finance, reason="wrong")
    pay_lender(
        tranche_code="loan-b", purpose="principal", amount_cents=1, actor=loan.finance, effective_at=NOON
    )
    with pytest.raises(LoanOverpaid), transaction.atomic():
        reverse_draw(draw_id=draw.id, actor=loan.finance, reason="wrong")


def test_payments_take_cash_and_headroom_and_end_interest(loan: People) -> None:
    accrue(date(2026, 3, 11))
    before = get_funding()
    interest = pay_lender(
        tranche_code="loan-b",
        purpose="interest",
        amount_cents=10 * DAILY,
        actor=loan.finance,
        effective_at=noon(date(2026, 3, 11)),
    )
    pay_lender(
        tranche_code="loan-b",
        purpose="principal",
        amount_cents=DRAWN // 2,
        actor=loan.finance,
        effective_at=noon(date(2026, 3, 11)),
    )
    after = get_funding()
    paid = 10 * DAILY + DRAWN // 2
    assert (before.cash_cents - after.cash_cents, before.headroom_cents - after.headroom_cents) == (
        paid,
        paid,
    )
    accrue(date(2026, 3, 21))
    assert owed() == 5 * DAILY
    assert broken_checks() == []

    reverse_loan_payment(payment_id=interest.id, actor=loan.finance, reason="the bank sent it back")
    assert owed() == 15 * DAILY
    assert broken_checks() == []


@pytest.mark.parametrize(
    ("changes", "refusal", "possible"),
    [
        ({"amount_cents": DRAWN + 1}, LoanOverpaid, "7500000.00"),
        ({"purpose": "interest", "amount_cents": 10 * DAILY + 1}, LoanOverpaid, "10000.00"),
        ({"purpose": "fees", "amount_cents": 1}, LoanOverpaid, "0.00"),
        ({"amount_cents": 0}, QuantityNotPositive, None),
        ({"amount_cents": -1}, QuantityNotPositive, None),
        ({"purpose": "dinner"}, ValueNotAllowed, None),
        ({"tranche_code": "capital"}, ValueNotAllowed, None),
        ({"tranche_code": "none"}, TrancheNotFound, None),
        ({"effective_at": datetime(2026, 6, 11, tzinfo=UTC)}, EffectiveInFuture, None),
        ({"effective_at": datetime(2026, 2, 1, tzinfo=UTC)}, DatesReversed, None),
    ],
)
def test_a_payment_beyond_what_is_owed_is_refused(
    loan: People, changes: dict[str, object], refusal: type[Exception], possible: str | None
) -> None:
    accrue(date(2026, 3, 11))
    values: dict[str, object] = {
        "tranche_code": "loan-b",
        "purpose": "principal",
        "amount_cents": 100,
        "effective_at": noon(date(2026, 3, 12)),
    }
    with pytest.raises(refusal) as refused:
        pay_lender(actor=loan.finance, **(values | changes))  # type: ignore[arg-type]
    if possible is not None:
        assert refused.value.details["possible_usd"] == possible  # type: ignore[attr-defined]


def test_a_repayment_dated_before_the_draw_is_refused(loan: People) -> None:
    draw_funding(
        tranche_code="loan-a", amount_cents=100, actor=loan.finance, effective_at=noon(date(2026, 4, 10))
    )
    with pytest.raises(LoanOverpaid) as refused:
        pay_lender(
            tranche_code="loan-a",
            purpose="principal",
            amount_cents=100,
            actor=loan.finance,
            effective_at=noon(date(2026, 4, 9)),
        )
    assert refused.value.details["day"] == "2026-04-09"


def test_money_that_orders_count_on_is_not_paid_to_lenders(loan: People) -> None:
    place_purchase_orders(
        orders=[order(quantity_g=50_000_000, price_usd_per_kg=Decimal(200))],
        actor=loan.administrator,
        effective_at=NOON,
    )
    place_purchase_orders(
        orders=[order(quantity_g=50_000_000, price_usd_per_kg=Decimal(20))],
        actor=loan.administrator,
        effective_at=NOON,
    )
    assert get_funding().headroom_cents == 0
    with pytest.raises(FundingExceeded):
        pay_lender(
            tranche_code="loan-b", purpose="principal", amount_cents=1, actor=loan.finance, effective_at=NOON
        )


def test_capitalised_interest_joins_the_principal_and_is_not_paid(people: People, june: None) -> None:
    register("loan-c", interest_settlement="capitalise")
    draw_funding(tranche_code="loan-c", amount_cents=DRAWN, actor=people.finance, effective_at=NOON)
    accrue(date(2026, 4, 1), code="loan-c")

    line = get_funding().tranches[-1]
    assert (line.principal_cents, line.interest_owed_cents) == (DRAWN + 31 * DAILY, 0)
    assert line.undrawn_cents == 2_500_000 * USD
    with pytest.raises(ValueNotAllowed):
        pay_lender(
            tranche_code="loan-c", purpose="interest", amount_cents=1, actor=people.finance, effective_at=NOON
        )
    assert broken_checks() == []


def test_periods_say_when_what_is_due(people: People, june: None) -> None:
    register(
        "loan-c", payment_due_days=10, commitment_fee_percent=Decimal("0.5"), upfront_fee_percent=Decimal(1)
    )
    draw_funding(tranche_code="loan-c", amount_cents=DRAWN, actor=people.finance, effective_at=NOON)
    accrue(date(2026, 6, 10), code="loan-c")
    upfront, fee = 100_000 * USD, round(2_500_000 * USD * 31 * Decimal("0.005") / 360)
    pay_lender(
        tranche_code="loan-c",
        purpose="fees",
        amount_cents=upfront + fee,
        actor=people.finance,
        effective_at=noon(date(2026, 4, 10)),
    )
    pay_lender(
        tranche_code="loan-c",
        purpose="interest",
        amount_cents=32 * DAILY,
        actor=people.finance,
        effective_at=noon(date(2026, 4, 10)),
    )

    periods = list_loan_periods(tranche=get_tranche(code="loan-c"), until=date(2026, 6, 10))
    assert [(period.due_on, period.is_overdue(on=date(2026, 6, 10))) for period in periods] == [
        (date(2026, 4, 11), False),
        (date(2026, 5, 11), True),
        (date(2026, 6, 11), False),
        (date(2026, 7, 11), False),
    ]
    assert (periods[0].outstanding_cents, periods[0].fee_cents) == (0, fee)
    assert periods[1].outstanding_cents == 29 * DAILY + periods[1].fee_cents
    assert broken_checks() == []
