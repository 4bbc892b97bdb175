"""What a loan accrues: exact, rounded once per period, the same wherever it is cut."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.quantities import format_usd, parse_usd, round_half_up
from reserve.domain.day_counts import DayCount, days_between
from reserve.domain.loans import (
    Accrual,
    AccrualKind,
    BelowZero,
    Change,
    DatedPercent,
    LoanTerms,
    accrue_loan,
    differences_of,
    first_of_month_after,
    interest_periods,
)
from tests.billing.worked_tables import rows_under

START = date(2026, 3, 1)
LIMIT = 10_000_000_00


def terms(**changes: object) -> LoanTerms:
    values: dict[str, object] = {
        "starts_on": START,
        "draws_until": None,
        "day_count": DayCount.ACT_360,
        "period_months": 1,
        "is_capitalising": False,
    }
    return LoanTerms(**(values | changes))  # type: ignore[arg-type]


def accrue(
    principal: list[Change],
    *,
    until: date,
    rates: list[DatedPercent] | None = None,
    fees: list[DatedPercent] | None = None,
    undrawn: list[Change] | None = None,
    **changes: object,
) -> list[Accrual]:
    return accrue_loan(
        terms=terms(**changes),
        principal=principal,
        undrawn=undrawn or [],
        interest_rates=rates or [DatedPercent(START, Decimal("4.80"))],
        fee_rates=fees or [],
        until=until,
    )


def total(accruals: list[Accrual], kind: AccrualKind = AccrualKind.INTEREST) -> int:
    return sum(accrual.cents for accrual in accruals if accrual.kind == kind)


def within(accruals: list[Accrual], start: date, end: date) -> int:
    return sum(
        accrual.cents
        for accrual in accruals
        if accrual.kind == AccrualKind.INTEREST and start <= accrual.day < end
    )


def test_repeats_the_worked_months() -> None:
    rows = rows_under("loans.md", "month")
    moves = rows_under("loans.md", "moved on")
    rates = rows_under("loans.md", "rate from")
    accruals = accrue(
        [
            Change(date.fromisoformat(move["moved on"]), _cents(move["drawn USD"], move["repaid USD"]))
            for move in moves
        ],
        rates=[
            DatedPercent(date.fromisoformat(rate["rate from"]), Decimal(rate["percent per year"]))
            for rate in rates
        ],
        until=date(2026, 6, 1),
    )
    for row in rows:
        start = date.fromisoformat(f"{row['month']}-01")
        assert format_usd(within(accruals, start, first_of_month_after(start, 1))) == row["interest USD"]
    assert len(rows) == 3


def _cents(drawn: str, repaid: str) -> int:
    return parse_usd(drawn or "0.00", field="") - parse_usd(repaid or "0.00", field="")


def test_the_worked_carrying_cost_is_the_interest_of_the_same_sum() -> None:
    assert total(accrue([Change(START, 375_000_000)], until=date(2026, 4, 1))) == 1_550_000


@pytest.mark.parametrize(
    ("day_count", "cents"),
    [(DayCount.ACT_360, 1_450_000), (DayCount.ACT_365F, 1_430_137), (DayCount.THIRTY_360, 1_500_000)],
)
def test_a_leap_february_has_29_days_or_30(day_count: DayCount, cents: int) -> None:
    february = date(2028, 2, 1)
    accruals = accrue(
        [Change(february, 375_000_000)],
        until=date(2028, 3, 1),
        starts_on=february,
        day_count=day_count,
        rates=[DatedPercent(february, Decimal("4.80"))],
    )
    assert total(accruals) == cents


def test_a_day_of_daylight_saving_is_one_day() -> None:
    accruals = accrue(
        [Change(START, 360_000_00)], until=date(2026, 3, 12), rates=[DatedPercent(START, Decimal(1))]
    )
    assert [accrual.cents for accrual in accruals] == [1000] * 11


def test_a_draw_bears_interest_from_its_day_and_a_repayment_ends_it() -> None:
    moves = [Change(date(2026, 3, 10), 360_000_00), Change(date(2026, 3, 13), -360_000_00)]
    accruals = accrue(moves, until=date(2026, 4, 1), rates=[DatedPercent(START, Decimal(1))])
    assert [(accrual.day.day, accrual.cents) for accrual in accruals] == [(10, 1000), (11, 1000), (12, 1000)]


def test_capitalised_interest_bears_interest_from_the_next_period_on() -> None:
    accruals = accrue([Change(START, 375_000_000)], until=date(2026, 5, 2), is_capitalising=True)
    april = round_half_up(Fraction((375_000_000 + 1_550_000) * 30 * 48, 10 * 100 * 360))
    assert within(accruals, date(2026, 4, 1), date(2026, 5, 1)) == april
    assert [accrual for accrual in accruals if accrual.kind == AccrualKind.CAPITALISATION] == [
        Accrual(AccrualKind.CAPITALISATION, date(2026, 4, 1), 1_550_000),
        Accrual(AccrualKind.CAPITALISATION, date(2026, 5, 1), april),
    ]


def test_the_commitment_fee_is_on_what_is_not_drawn_while_it_can_be() -> None:
    accruals = accrue(
        [Change(date(2026, 3, 11), 100_000_00)],
        undrawn=[Change(START, 460_000_00), Change(date(2026, 3, 11), -100_000_00)],
        fees=[DatedPercent(START, Decimal("0.5"))],
        draws_until=date(2026, 3, 20),
        until=date(2026, 6, 1),
    )
    exact = Fraction(460_000_00 * 10 + 360_000_00 * 10, 360) * Fraction(1, 200)
    assert total(accruals, AccrualKind.COMMITMENT_FEE) == round_half_up(exact)


def test_less_than_nothing_drawn_is_refused_with_its_day() -> None:
    moves = [Change(date(2026, 3, 10), 100), Change(date(2026, 3, 5), -30)]
    with pytest.raises(BelowZero) as refused:
        accrue(moves, until=date(2026, 4, 1))
    assert (refused.value.day, refused.value.cents) == (date(2026, 3, 5), -30)


def test_what_changed_before_the_beginning_is_no_input() -> None:
    with pytest.raises(ValueError, match="before"):
        accrue([Change(date(2026, 2, 28), 100)], until=date(2026, 4, 1))


DAYS = st.integers(0, 800).map(lambda number: START + timedelta(number))
MOVES = st.lists(st.builds(Change, DAYS, st.integers(1, 10**13)), min_size=1, max_size=6)
RATES = st.lists(st.builds(DatedPercent, DAYS, st.decimals(0, 100, places=6)), min_size=1, max_size=4)
COUNTS = st.sampled_from(DayCount)


@given(moves=MOVES, rates=RATES, day_count=COUNTS, cut=DAYS, is_capitalising=st.booleans())
def test_accruing_in_two_steps_posts_what_one_step_posts(
    moves: list[Change], rates: list[DatedPercent], day_count: DayCount, cut: date, is_capitalising: bool
) -> None:
    def book(until: date) -> list[Accrual]:
        return accrue(moves, rates=rates, until=until, day_count=day_count, is_capitalising=is_capitalising)

    end = START + timedelta(801)
    first = book(cut)
    recorded = {(accrual.kind, accrual.day): accrual.cents for accrual in first}
    assert first + differences_of(book(end), recorded) == book(end)


@given(moves=MOVES, rates=RATES, day_count=COUNTS, months=st.sampled_from([1, 3, 6, 12]))
def test_each_period_is_its_exact_interest_rounded_once(
    moves: list[Change], rates: list[DatedPercent], day_count: DayCount, months: int
) -> None:
    """The recount goes stretch by stretch between the days on which something changed, in fractions."""
    end = START + timedelta(900)
    accruals = accrue(moves, rates=rates, until=end, day_count=day_count, period_months=months)
    in_force = {rate.day: rate.percent for rate in rates}
    for period in interest_periods(starts_on=START, period_months=months, until=end):
        last = min(period.ends_on, end)
        days = {day for day in [*in_force, *(move.day for move in moves)] if period.starts_on < day < last}
        cuts = sorted({period.starts_on, last, *days})
        exact = Fraction(0)
        for start, stop in pairwise(cuts):
            drawn = sum(move.cents for move in moves if move.day <= start)
            known = [day for day in in_force if day <= start]
            percent = in_force[max(known)] if known else Decimal(0)
            counted = days_between(period.starts_on, stop, day_count) - days_between(
                period.starts_on, start, day_count
            )
            exact += Fraction(drawn) * Fraction(percent) * counted / 100 / day_count.days_per_year
        assert within(accruals, period.starts_on, last) == round_half_up(exact)


@given(moves=MOVES, day=DAYS, percent=st.decimals(0, 100, places=6))
def test_a_rate_that_is_stated_again_changes_nothing(
    moves: list[Change], day: date, percent: Decimal
) -> None:
    end = START + timedelta(801)
    once = accrue(moves, rates=[DatedPercent(START, percent)], until=end)
    assert accrue(moves, rates=[DatedPercent(START, percent), DatedPercent(day, percent)], until=end) == once
