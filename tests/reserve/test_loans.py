"""The life of a loan in the book: draws, accruals, payments, late facts, what is taken back, what lapses."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from governance.approvals import approve_proposal
from governance.errors import RoleRequired, SelfApproval
from governance.selectors import get_system_user
from jobs.models import Job
from jobs.runner import run_ready_jobs
from jobs.services import enqueue_job
from ledger.models import Journal
from ledger.selectors import get_balance, get_balances_as_of
from ledger.verification import run_checks
from reserve.domain.requests import TrancheSpec
from reserve.errors import (
    DatesReversed,
    DrawNotFound,
    DrawPeriodOver,
    EffectiveInFuture,
    FundingExceeded,
    LoanOverpaid,
    PercentOutOfRange,
    QuantityNotPositive,
    ReasonMissing,
    ReversedBefore,
    TrancheNotFound,
    ValueNotAllowed,
)
from reserve.models import FundingDraw, FundingRate, FundingTranche, LoanAccrual
from reserve.selectors import get_funding, get_tranche, list_loan_periods
from reserve.services import (
    accrue_tranche,
    draw_funding,
    pay_lender,
    place_purchase_orders,
    propose_funding_rate,
    propose_tranche,
    register_tranches,
    reverse_draw,
    reverse_loan_payment,
)
from reserve.services.funding import ACCRUE
from tests.reserve.standing import NOON, USD, People, order

# 7,500,000 USD at 4.80 percent over 360 days: exactly 1,000 USD a day.
DAILY = 1_000 * USD
DRAWN = 7_500_000 * USD


@pytest.fixture
def june() -> Iterator[None]:
    """It is the tenth of June 2026."""
    with time_machine.travel(datetime(2026, 6, 10, 16, tzinfo=UTC)):
        yield


@pytest.fixture
def loan(people: People, june: None) -> People:
    """A loan of which seven and a half million were drawn on the first of March."""
    register("loan-b")
    draw_funding(tranche_code="loan-b", amount_cents=DRAWN, actor=people.finance, effective_at=NOON)
    return people


def register(code: str, **changes: object) -> None:
    values: dict[str, object] = {
        "code": code,
        "kind": "loan",
        "limit_cents": 10_000_000 * USD,
        "annual_rate_percent": Decimal("4.80"),
    }
    register_tranches(
        tranches=[TrancheSpec(**(values | changes))],  # type: ignore[arg-type]
        actor=get_system_user(),
        effective_at=NOON,
    )


def owed(code: str = "loan-b") -> int:
    return -get_balance(path=f"loan/{code}/interest").posted


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 17, tzinfo=UTC)


def accrue(until: date, code: str = "loan-b") -> int:
    return accrue_tranche(tranche_code=code, until=until)


def broken_checks() -> list[str]:
    return [result.name for result in run_checks() if not result.is_clean]


def draw_more(people: People, day: date) -> FundingDraw:
    """A tenth of what was drawn already: a hundred dollars of interest a day."""
    return draw_funding(
        tranche_code="loan-b", amount_cents=DRAWN // 10, actor=people.finance, effective_at=noon(day)
    )


def test_every_missed_day_is_posted_on_its_own_day_and_once(loan: People) -> None:
    assert accrue(date(2026, 3, 11)) == 10
    assert owed() == 10 * DAILY
    assert accrue(date(2026, 3, 11)) == 0
    assert accrue(date(2026, 3, 14)) == 3
    assert owed() == 13 * DAILY == get_balance(path="expense/interest").posted
    at = get_balances_as_of(prefix="loan/loan-b/interest", effective_at=datetime(2026, 3, 4, 5, tzinfo=UTC))
    assert at == {"loan/loan-b/interest": -3 * DAILY}
    assert broken_checks() == []


def test_an_earlier_until_takes_nothing_back(loan: People) -> None:
    accrue(date(2026, 3, 11))
    assert accrue(date(2026, 3, 5)) == 0
    assert owed() == 10 * DAILY


def test_days_to_come_and_unknown_tranches_are_refused(loan: People) -> None:
    with pytest.raises(EffectiveInFuture):
        accrue(date(2026, 6, 11))
    with pytest.raises(TrancheNotFound):
        accrue(date(2026, 6, 10), code="none")


def test_the_days_on_which_clocks_change_are_days(loan: People) -> None:
    """In New York 8 March has 23 hours: its journal stands within it, and the day after in the next."""
    accrue(date(2026, 3, 10))
    times = Journal.objects.filter(kind="reserve.loan_interest").values_list("effective_at", flat=True)
    assert [moment.isoformat() for moment in times.order_by("effective_at")][-3:] == [
        "2026-03-08T04:59:59.999999+00:00",
        "2026-03-09T03:59:59.999999+00:00",
        "2026-03-10T03:59:59.999999+00:00",
    ]


def test_the_job_catches_up_and_a_second_one_finds_nothing(loan: People) -> None:
    for _ in range(2):
        enqueue_job(kind=ACCRUE, dedupe_key=f"accrue-{Job.objects.count()}", payload={})
    run_ready_jobs(worker="test")

    results = Job.objects.filter(kind=ACCRUE).order_by("created_at").values_list("result", flat=True)
    assert list(results) == [{"journals": 101}, {"journals": 0}, {"journals": 0}]
    assert owed() == 101 * DAILY


def test_a_draw_recorded_late_changes_the_days_that_were_accrued(loan: People) -> None:
    accrue(date(2026, 3, 11))
    draw_funding(
        tranche_code="loan-b",
        amount_cents=750_000 * USD,
        actor=loan.finance,
        effective_at=noon(date(2026, 3, 6)),
    )
    assert Job.objects.filter(kind=ACCRUE, payload={"tranche": "loan-b"}).exists()

    assert accrue(date(2026, 3, 11)) == 5
    assert owed() == 10 * DAILY + 5 * DAILY // 10
    assert broken_checks() == []


def test_a_rate_needs_two_people_and_holds_from_its_day_on(loan: People) -> None:
    accrue(date(2026, 3, 11))
    proposal = propose_funding_rate(
        tranche_code="loan-b",
        kind="interest",
        starts_on=date(2026, 3, 6),
        annual_rate_percent=Decimal("9.60"),
        actor=loan.finance,
    )
    with pytest.raises((SelfApproval, RoleRequired)):
        approve_proposal(proposal_id=proposal.id, actor=loan.finance)
    assert FundingRate.objects.count() == 0
    approve_proposal(proposal_id=proposal.id, actor=loan.approver)

    accrue(date(2026, 3, 11))
    assert owed() == 5 * DAILY + 5 * 2 * DAILY
    assert get_funding().tranches[-1].annual_rate_percent == Decimal("9.60")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"annual_rate_percent": Decimal(-1)}, PercentOutOfRange),
        ({"annual_rate_percent": Decimal("NaN")}, PercentOutOfRange),
        ({"kind": "penalty"}, ValueNotAllowed),
        ({"starts_on": date(2026, 2, 1)}, DatesReversed),
        ({"tranche_code": "none"}, TrancheNotFound),
        ({"tranche_code": "capital"}, ValueNotAllowed),
    ],
)
def test_a_bad_rate_is_refused(loan: People, changes: dict[str, object], refusal: type[Exception]) -> None:
    values: dict[str, object] = {
        "tranche_code": "loan-b",
        "kind": "interest",
        "starts_on": date(2026, 3, 6),
        "annual_rate_percent": Decimal(1),
    }
    with pytest.raises(refusal):
        propose_funding_rate(actor=loan.finance, **(values | changes))  # type: ignore[arg-type]


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


def test_the_database_refuses_a_second_row_of_one_place(loan: People) -> None:
    accrue(date(2026, 3, 2))
    row = LoanAccrual.objects.get()
    row.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)


def test_the_overview_asks_as_often_for_many_tranches_as_for_two(people: People, june: None) -> None:
    with CaptureQueriesContext(connection) as few:
        get_funding()
    for number in range(10):
        register(f"more-{number}")
    with CaptureQueriesContext(connection) as many:
        get_funding()
    assert len(many) == len(few)
    assert FundingTranche.objects.count() == 12
