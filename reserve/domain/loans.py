"""What a loan costs, day by day: interest on what is drawn, a fee on what isn't, and capitalised interest.

Interest of a period = sum over its days of (principal at the end of the day) x (percent per year) x (counted
days) / (100 x days per year), exact, rounded once per period, half-up to the cent. A day's share is what it
adds to the rounded sum so far, so that the days of a period add up to its one rounding, wherever it is cut.
`docs/algorithms/loans.md` works it by hand.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from reserve.domain.day_counts import DayCount, days_within

RATE_DECIMALS = 6
_ONE_DAY = timedelta(days=1)
# A rate is kept as a whole number of millionths of a percent, so that a day costs integers only.
_PER_CENT_UNITS: int = 100 * 10**RATE_DECIMALS


class AccrualKind(StrEnum):
    """What is accrued. Capitalised interest is added to the principal at the start of its day."""

    INTEREST = "interest"
    COMMITMENT_FEE = "commitment_fee"
    CAPITALISATION = "capitalisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanTerms:
    """How a tranche counts. The first period begins on the first of the month of `starts_on`.

    The commitment fee runs from `starts_on` to `draws_until`, both included (None: without end).
    """

    starts_on: date
    draws_until: date | None
    day_count: DayCount
    period_months: int
    is_capitalising: bool


@dataclass(frozen=True, slots=True)
class Change:
    """A sum that grows by `cents` (falls below zero) on a day; it counts from the end of that day."""

    day: date
    cents: int


@dataclass(frozen=True, slots=True)
class DatedPercent:
    """A rate in percent per year from a day on, until another begins."""

    day: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Accrual:
    """Cents of one kind that belong to a day."""

    kind: AccrualKind
    day: date
    cents: int


@dataclass(frozen=True, slots=True)
class InterestPeriod:
    """Days from `starts_on` up to, but without, `ends_on`: the day on which its interest falls due."""

    starts_on: date
    ends_on: date


class BelowZero(ValueError):
    """What is drawn would be below zero at the end of `day`."""

    def __init__(self, day: date, cents: int) -> None:
        super().__init__(f"{cents} cents at the end of {day}")
        self.day = day
        self.cents = cents


def interest_periods(*, starts_on: date, period_months: int, until: date) -> Iterator[InterestPeriod]:
    """Every period that begins before `until`, the first on the first of the month of `starts_on`."""
    start = starts_on.replace(day=1)
    while start < until:
        end = first_of_month_after(start, period_months)
        yield InterestPeriod(start, end)
        start = end


def first_of_month_after(day: date, months: int) -> date:
    """The first day of the month so many months after that of `day`."""
    month = day.year * 12 + day.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)


def accrue_loan(
    *,
    terms: LoanTerms,
    principal: Sequence[Change],
    undrawn: Sequence[Change],
    interest_rates: Sequence[DatedPercent],
    fee_rates: Sequence[DatedPercent],
    until: date,
) -> list[Accrual]:
    """Everything that belongs to the days before `until`, in order of time, without days that add nothing.

    Interest of a capitalising tranche is added to the principal on the day its period ends. Changes lie on
    `terms.starts_on` or later (ValueError). Raises BelowZero for the first day with less than nothing drawn.
    """
    if any(change.day < terms.starts_on for change in (*principal, *undrawn)):
        raise ValueError(f"something changed before {terms.starts_on}")
    drawn, open_sum = _Balance(principal), _Balance(undrawn)
    interest_rate, fee_rate = _RateTable(interest_rates), _RateTable(fee_rates)
    found: list[Accrual] = []
    for period in interest_periods(starts_on=terms.starts_on, period_months=terms.period_months, until=until):
        interest, fee = _Meter(terms.day_count), _Meter(terms.day_count)
        for day in _days(period.starts_on, min(period.ends_on, until)):
            counted = days_within(period.starts_on, day, day + _ONE_DAY, terms.day_count)
            owed = drawn.at_end_of(day)
            if owed < 0:
                raise BelowZero(day, owed)
            cents = interest.add(owed * counted * interest_rate.on(day))
            if cents:
                found.append(Accrual(AccrualKind.INTEREST, day, cents))
            is_offered = terms.draws_until is None or day <= terms.draws_until
            left = max(open_sum.at_end_of(day), 0) if is_offered else 0
            cents = fee.add(left * counted * fee_rate.on(day))
            if cents:
                found.append(Accrual(AccrualKind.COMMITMENT_FEE, day, cents))
        if terms.is_capitalising and interest.cents and period.ends_on <= until:
            found.append(Accrual(AccrualKind.CAPITALISATION, period.ends_on, interest.cents))
            drawn.add(period.ends_on, interest.cents)
    return found


def differences_of(
    wanted: Sequence[Accrual], recorded: Mapping[tuple[AccrualKind, date], int]
) -> list[Accrual]:
    """What has still to be recorded, day by day in order of time; below zero where too much was."""
    missing: dict[tuple[AccrualKind, date], int] = defaultdict(int)
    for accrual in wanted:
        missing[accrual.kind, accrual.day] += accrual.cents
    for key, cents in recorded.items():
        missing[key] -= cents
    return [
        Accrual(kind, day, cents)
        for (kind, day), cents in sorted(missing.items(), key=lambda item: (item[0][1], item[0][0]))
        if cents
    ]


class _Balance:
    """A sum over the days, read from the earliest day to the latest."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes: dict[date, int] = defaultdict(int)
        for change in changes:
            self._changes[change.day] += change.cents
        self._cents = 0

    def add(self, day: date, cents: int) -> None:
        self._changes[day] += cents

    def at_end_of(self, day: date) -> int:
        self._cents += self._changes.pop(day, 0)
        return self._cents


class _RateTable:
    """Rates by day, in millionths of a percent; of two of one day the later in the list counts."""

    def __init__(self, rates: Sequence[DatedPercent]) -> None:
        by_day = {rate.day: int(rate.percent.scaleb(RATE_DECIMALS)) for rate in rates}
        self._days = sorted(by_day)
        self._units = [by_day[day] for day in self._days]

    def on(self, day: date) -> int:
        index = bisect_right(self._days, day)
        return self._units[index - 1] if index else 0


class _Meter:
    """Adds up exactly and says by how many cents the rounded sum grew."""

    def __init__(self, day_count: DayCount) -> None:
        self._per_year = _PER_CENT_UNITS * day_count.days_per_year
        self._exact = 0
        self.cents = 0

    def add(self, cents_times_rate: int) -> int:
        self._exact += cents_times_rate
        # Half-up; nothing here is ever below zero.
        total = (2 * self._exact + self._per_year) // (2 * self._per_year)
        grown, self.cents = total - self.cents, total
        return grown


def _days(start: date, end: date) -> Iterator[date]:
    for number in range((end - start).days):
        yield start + number * _ONE_DAY
