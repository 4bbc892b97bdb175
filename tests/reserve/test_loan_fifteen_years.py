"""A made loan of 15 years: our book ties to the lender's statement to the cent in all of 180 months."""

import io
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from governance.approvals import approve_proposal
from governance.selectors import get_system_user
from ledger.selectors import get_balance
from ledger.verification import run_checks
from reserve.domain.requests import TrancheSpec
from reserve.models import FundingTranche, LenderFinding, LenderStatement
from reserve.selectors import get_tranche, list_loan_periods
from reserve.services import (
    accrue_tranche,
    compare_lender_statement,
    draw_funding,
    import_lender_statement,
    pay_lender,
    propose_funding_rate,
    register_tranches,
)
from tests.reserve.lender import Lender
from tests.reserve.standing import People

pytestmark = pytest.mark.django_db

FIRST = date(2011, 10, 1)
END = date(2026, 10, 1)
MONTHS = 180
CODE = "old-loan"


@dataclass(frozen=True)
class Made:
    people: People
    lender: Lender
    tranche: FundingTranche


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 17, tzinfo=UTC)


def make_loan(people: People, *, day_count: str, settlement: str) -> Made:
    """Sixty draws, thirty repayments and twenty rates at days of chance, the same each time."""
    chance = random.Random(20260202)
    register_tranches(
        tranches=[
            TrancheSpec(
                code=CODE,
                kind="loan",
                limit_cents=10**14,
                annual_rate_percent=Decimal("4.80"),
                day_count=day_count,
                interest_settlement=settlement,
                available_from=FIRST,
            ),
            # Out of it interest is paid.
            TrancheSpec(code="cushion", kind="private", limit_cents=10**13),
        ],
        actor=get_system_user(),
        effective_at=noon(FIRST),
    )
    draw_funding(tranche_code="cushion", amount_cents=10**13, actor=people.finance, effective_at=noon(FIRST))
    lender = Lender(FIRST, day_count, is_capitalising=settlement == "capitalise")
    lender.rates.append((FIRST, Decimal("4.80")))
    span = (END - FIRST).days - 1
    owed = 0
    days = sorted(FIRST + timedelta(chance.randrange(span)) for _ in range(90))
    for number, day in enumerate(days):
        if number % 3 < 2:
            cents = chance.randrange(1, 20_000_000_000)
            draw_funding(tranche_code=CODE, amount_cents=cents, actor=people.finance, effective_at=noon(day))
            kind, owed = "draw", owed + cents
        else:
            cents = chance.randrange(1, owed)
            pay_lender(
                tranche_code=CODE,
                purpose="principal",
                amount_cents=cents,
                actor=people.finance,
                effective_at=noon(day),
            )
            kind, owed = "repayment", owed - cents
        lender.moves.append((day, Decimal(cents) / 100, kind))
    for day in sorted({FIRST + timedelta(chance.randrange(span)) for _ in range(20)}):
        percent = Decimal(chance.randrange(1, 12_000_000)) / 10**6
        proposal = propose_funding_rate(
            tranche_code=CODE,
            kind="interest",
            starts_on=day,
            annual_rate_percent=percent,
            actor=people.finance,
        )
        approve_proposal(proposal_id=proposal.id, actor=people.approver)
        lender.rates.append((day, percent))
    return Made(people, lender, get_tranche(code=CODE))


@pytest.fixture
def untouched(people: People) -> Made:
    """Nothing of it is accrued yet."""
    return make_loan(people, day_count="ACT/360", settlement="pay")


@pytest.fixture
def caught_up(untouched: Made) -> Made:
    """All of it is accrued."""
    accrue()
    return untouched


def accrue() -> int:
    return accrue_tranche(tranche_code=CODE, until=END)


def pay_every_month(made: Made) -> None:
    for period in list_loan_periods(tranche=made.tranche, until=END):
        if period.interest_cents:
            pay_lender(
                tranche_code=CODE,
                purpose="interest",
                amount_cents=period.interest_cents,
                actor=made.people.finance,
                effective_at=noon(period.ends_on),
            )


@pytest.mark.parametrize(
    ("settlement", "day_count"),
    [
        ("pay", "ACT/360"),
        ("capitalise", "ACT/360"),
        pytest.param("pay", "30/360", marks=pytest.mark.external),
        pytest.param("capitalise", "ACT/365F", marks=pytest.mark.external),
    ],
)
def test_every_month_ties_to_the_cent(people: People, day_count: str, settlement: str) -> None:
    made = make_loan(people, day_count=day_count, settlement=settlement)
    accrue()
    if settlement == "pay":
        pay_every_month(made)

    statement = made.lender.csv(MONTHS)
    comparison, is_new = import_lender_statement(
        table=io.BytesIO(statement), filename="old.csv", tranche_code=CODE, actor=people.finance
    )

    assert (comparison.first, comparison.ties, is_new) == (None, True, True)
    assert LenderFinding.objects.count() == 0
    rows = [row.split(",") for row in statement.decode().splitlines()]
    theirs = {date.fromisoformat(row[0]): Decimal(row[2]) for row in rows if row[1] == "interest"}
    assert len(theirs) >= MONTHS - 3
    ours = list_loan_periods(tranche=made.tranche, until=END)
    assert len(ours) == MONTHS
    assert {
        period.ends_on: Decimal(period.interest_cents) / 100 for period in ours if period.interest_cents
    } == theirs
    assert get_balance(path=f"loan/{CODE}/interest").posted == 0
    assert [result.name for result in run_checks() if not result.is_clean] == []


def test_a_cent_off_in_one_of_the_months_is_named(people: People) -> None:
    """The control: the comparison would see the smallest difference."""
    made = make_loan(people, day_count="ACT/360", settlement="capitalise")
    accrue()
    rows = made.lender.csv(MONTHS).decode().splitlines()
    wrong = [number for number, row in enumerate(rows) if ",interest," in row][100]
    day, kind, amount, owed = rows[wrong].split(",")
    rows[wrong] = f"{day},{kind},{Decimal(amount) + Decimal('0.01')},{owed}"

    comparison, _ = import_lender_statement(
        table=io.BytesIO("\n".join(rows).encode()),
        filename="old.csv",
        tranche_code=CODE,
        actor=people.finance,
    )

    assert comparison.difference_count == 1
    first = comparison.first
    assert first is not None
    assert (first.row, first.day.isoformat(), first.kind, first.cause) == (
        wrong + 1,
        day,
        "interest",
        "amount_differs",
    )
    assert (first.lender_cents or 0) - (first.book_cents or 0) == 1


def test_a_draw_that_only_the_lender_knows_is_named_and_then_what_follows_from_it(people: People) -> None:
    made = make_loan(people, day_count="ACT/360", settlement="pay")
    accrue()
    pay_every_month(made)
    missing = date(2026, 8, 12)
    made.lender.moves.append((missing, Decimal("1000000.00"), "draw"))
    statement = made.lender.csv(MONTHS)

    comparison, _ = import_lender_statement(
        table=io.BytesIO(statement), filename="old.csv", tranche_code=CODE, actor=people.finance
    )
    assert comparison.first is not None
    assert (comparison.first.day, comparison.first.kind, comparison.first.cause) == (
        missing,
        "draw",
        "missing_in_book",
    )

    draw_funding(
        tranche_code=CODE, amount_cents=100_000_000, actor=people.finance, effective_at=noon(missing)
    )
    accrue()
    again = compare_lender_statement(statement_id=LenderStatement.objects.get().id, actor=people.finance)
    # The interest of August and September was paid as it stood before the draw was known.
    assert again.first is not None
    assert (again.first.day, again.first.kind) == (date(2026, 9, 1), "interest_payment")
    assert LenderFinding.objects.filter(cleared_at=None).count() == 2


def test_fifteen_years_are_caught_up_in_one_batch(untouched: Made) -> None:
    """Its time is that of the batch alone: run it with `--durations=0`."""
    assert accrue() > 365 * 14


def test_a_run_that_finds_nothing_new_posts_nothing(caught_up: Made) -> None:
    """Its time is what an hourly run costs."""
    assert accrue() == 0
