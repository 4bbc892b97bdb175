"""The carrying cost and its day counts: the worked tables, exactness, and parts that add up to the whole."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.carrying import CarryingLine, CarryingRate, accrue_carrying
from billing.domain.holdings import Move, holdings_in
from billing.domain.periods import Period
from billing.errors import MissingRate
from ledger.domain.quantities import format_usd, round_half_up
from reserve.domain.day_counts import DayCount, days_between, days_within
from tests.billing.worked_tables import rows_under

DAY = timedelta(days=1)
DATES = st.dates(date(2020, 1, 1), date(2032, 12, 31))


def carrying_lines(period: Period, moves: list[Move], *rates: CarryingRate) -> list[CarryingLine]:
    return accrue_carrying(period=period, holdings=holdings_in(period=period, moves=moves), rates=rates)


@pytest.mark.parametrize(
    "row", rows_under("carrying_cost.md", "financed USD"), ids=lambda row: row["day count"]
)
def test_repeats_the_worked_costs(row: dict[str, str]) -> None:
    period = Period(date.fromisoformat(row["from"]), date.fromisoformat(row["to"]))
    cents = int(Decimal(row["financed USD"]) * 100)
    rate = CarryingRate(period.starts_on, None, Decimal(row["rate percent"]), DayCount(row["day count"]))
    (line,) = carrying_lines(period, [Move(period.starts_on, cents)], rate)
    assert line.quantity_days == int(row["USD-days"]) * 100
    assert format_usd(line.amount_cents) == row["amount USD"]


@pytest.mark.parametrize("row", rows_under("carrying_cost.md", "start"), ids=lambda row: row["start"])
def test_repeats_the_worked_day_counts(row: dict[str, str]) -> None:
    start, end = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
    assert days_between(start, end, DayCount.ACT_360) == int(row["ACT"])
    assert days_between(start, end, DayCount.ACT_365F) == int(row["ACT"])
    assert days_between(start, end, DayCount.THIRTY_360) == int(row["30/360"])


def test_repeats_the_days_per_year() -> None:
    rows = rows_under("carrying_cost.md", "name")
    assert {row["name"]: int(row["days per year"]) for row in rows} == {
        each.value: each.days_per_year for each in DayCount
    }


def test_counts_of_30_360_by_themselves_do_not_add_up() -> None:
    """The control: without counting from the period's start, cutting a period would change its cost."""
    first, cut, end = date(2026, 1, 1), date(2026, 1, 31), date(2026, 3, 1)
    assert days_between(first, cut, DayCount.THIRTY_360) == 30
    assert days_between(cut, end, DayCount.THIRTY_360) == 31
    assert days_between(first, end, DayCount.THIRTY_360) == 60
    assert days_within(first, cut, end, DayCount.THIRTY_360) == 30


@given(days=st.lists(DATES, min_size=3, max_size=6, unique=True), day_count=st.sampled_from(DayCount))
def test_parts_of_a_period_add_up_to_the_whole(days: list[date], day_count: DayCount) -> None:
    days.sort()
    parts = [days_within(days[0], start, end, day_count) for start, end in pairwise(days)]
    assert sum(parts) == days_between(days[0], days[-1], day_count)


@given(start=DATES, days=st.integers(1, 400))
def test_30_360_agrees_with_the_formula_of_the_definitions(start: date, days: int) -> None:
    end = start + days * DAY
    d1, d2 = start.day, end.day
    if d1 == 31:
        d1 = 30
    if d2 == 31 and d1 in (30, 31):
        d2 = 30
    expected = 360 * (end.year - start.year) + 30 * (end.month - start.month) + (d2 - d1)
    assert days_between(start, end, DayCount.THIRTY_360) == expected


@given(
    opening=st.integers(0, 10**14),
    changes=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10**12)), max_size=8),
    percent=st.decimals(0, 30, places=4),
    cut=st.integers(1, 30),
)
def test_the_cost_is_exactly_the_sum_over_days_and_rounded_once(
    opening: int, changes: list[tuple[int, int]], percent: Decimal, cut: int
) -> None:
    period = Period(date(2026, 3, 1), date(2026, 4, 1))
    moves = [
        Move(date(2026, 2, 3), opening),
        *(Move(period.starts_on + n * DAY, cents) for n, cents in changes),
    ]
    rate = CarryingRate(date(2026, 1, 1), None, percent, DayCount.ACT_360)
    expected = Fraction(0)
    for number in range(31):
        day = period.starts_on + number * DAY
        expected += Fraction(sum(move.amount for move in moves if move.on <= day)) * Fraction(percent) / 36000
    lines = carrying_lines(period, moves, rate)
    assert sum(line.amount_cents for line in lines) == round_half_up(expected)
    middle = period.starts_on + cut * DAY
    halves = [Period(period.starts_on, middle), Period(middle, period.ends_on)]
    parts = [line for half in halves for line in carrying_lines(half, moves, rate)]
    assert sum(line.quantity_days for line in parts) == sum(line.quantity_days for line in lines)


def test_a_new_loan_rate_begins_a_line_and_a_missing_one_is_refused() -> None:
    period = Period(date(2026, 3, 1), date(2026, 4, 1))
    change = date(2026, 3, 11)
    old = CarryingRate(date(2026, 1, 1), change, Decimal("4.80"), DayCount.ACT_360)
    new = CarryingRate(change, None, Decimal("5.10"), DayCount.ACT_360)
    moves = [Move(date(2026, 1, 1), 360_000_00)]
    lines = carrying_lines(period, moves, old, new)
    assert [(line.ends_on, line.amount_cents) for line in lines] == [
        (change, 480_00),
        (period.ends_on, 1071_00),
    ]
    with pytest.raises(MissingRate) as refused:
        carrying_lines(period, moves, old)
    assert refused.value.details == {"on": "2026-03-11"}


def test_nothing_financed_needs_no_rate_and_gives_no_line() -> None:
    assert carrying_lines(Period(date(2026, 3, 1), date(2026, 4, 1)), []) == []
