"""The carrying cost: what it costs to finance a position.

cost = sum over days of (USD financed at the end of the day) x (percent per year) / (days per year),
computed exactly and rounded once per line, half-up to the cent. `docs/algorithms/carrying_cost.md`
works it by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billing.domain.holdings import Holding, held_within
from billing.domain.periods import Period
from billing.domain.rate_intervals import rates_in_force
from ledger.domain.quantities import round_half_up
from reserve.domain.day_counts import DayCount, days_within

ONE_CENT = Fraction(1)


@dataclass(frozen=True, slots=True)
class CarryingRate:
    """The loan's rate from `starts_on` up to, but without, `ends_on` (None: until further notice)."""

    starts_on: date
    ends_on: date | None
    annual_rate_percent: Decimal
    day_count: DayCount


@dataclass(frozen=True, slots=True)
class CarryingLine:
    """One line of the cost: `quantity_days` (holding times counted days) at one rate."""

    starts_on: date
    ends_on: date
    quantity_days: int
    annual_rate_percent: Decimal
    day_count: DayCount
    amount_cents: int


def accrue_carrying(
    *,
    period: Period,
    holdings: Sequence[Holding],
    rates: Sequence[CarryingRate],
    cents_per_unit: Fraction = ONE_CENT,
) -> list[CarryingLine]:
    """Lines in order of time: one for each rate under which something was financed.

    Holdings cover the period in order, in any unit worth `cents_per_unit`: cents, or grams at a fixed price.
    Days are counted from the period's start. Raises MissingRate for the first day on which something
    is financed without a rate.
    """
    lines = []
    for covered, rate in rates_in_force(period=period, rates=rates, holdings=holdings):
        quantity_days = _quantity_days(period, covered, holdings, rate.day_count)
        if quantity_days:
            lines.append(_line(covered, quantity_days, rate, cents_per_unit))
    return lines


def carrying_cents(
    *,
    quantity_days: int,
    annual_rate_percent: Decimal,
    day_count: DayCount,
    cents_per_unit: Fraction = ONE_CENT,
) -> int:
    """The amount of one line in cents, exact until the one rounding."""
    yearly = quantity_days * cents_per_unit * Fraction(annual_rate_percent) / 100
    return round_half_up(yearly / day_count.days_per_year)


def _quantity_days(period: Period, covered: Period, holdings: Sequence[Holding], day_count: DayCount) -> int:
    return sum(
        amount * days_within(period.starts_on, held.starts_on, held.ends_on, day_count)
        for held, amount in held_within(covered, holdings)
    )


def _line(covered: Period, quantity_days: int, rate: CarryingRate, cents_per_unit: Fraction) -> CarryingLine:
    amount = carrying_cents(
        quantity_days=quantity_days,
        annual_rate_percent=rate.annual_rate_percent,
        day_count=rate.day_count,
        cents_per_unit=cents_per_unit,
    )
    return CarryingLine(
        covered.starts_on, covered.ends_on, quantity_days, rate.annual_rate_percent, rate.day_count, amount
    )
