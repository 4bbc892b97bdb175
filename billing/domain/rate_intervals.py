"""Which rate is in force on which days of a period."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar

from billing.domain.holdings import Holding, held_within
from billing.domain.periods import Period
from billing.errors import MissingRate


class DatedRate(Protocol):
    """A rate in force from `starts_on` up to, but without, `ends_on` (None: until further notice)."""

    @property
    def starts_on(self) -> date:
        """The first day of the rate."""

    @property
    def ends_on(self) -> date | None:
        """The first day no longer charged at the rate."""


RateT = TypeVar("RateT", bound=DatedRate)


def rates_in_force(
    *, period: Period, rates: Sequence[RateT], holdings: Sequence[Holding]
) -> list[tuple[Period, RateT]]:
    """The period's stretches with one rate each, in order of time.

    Rates may stand in any order but must not overlap (ValueError). Raises MissingRate for the first
    day on which something is held and no rate is in force.
    """
    stretches: list[tuple[Period, RateT]] = []
    for rate in sorted(rates, key=lambda each: each.starts_on):
        covered = period.overlap(rate.starts_on, rate.ends_on)
        if covered is not None:
            stretches.append((covered, rate))
    open_from = period.starts_on
    for covered, _ in stretches:
        if covered.starts_on < open_from:
            raise ValueError(f"two rates are in force on {covered.starts_on}")
        _refuse_holding_between(open_from, covered.starts_on, holdings)
        open_from = covered.ends_on
    _refuse_holding_between(open_from, period.ends_on, holdings)
    return stretches


def _refuse_holding_between(starts_on: date, ends_on: date, holdings: Sequence[Holding]) -> None:
    if starts_on >= ends_on:
        return
    for held, amount in held_within(Period(starts_on, ends_on), holdings):
        if amount:
            first = held.starts_on.isoformat()
            raise MissingRate(f"Something is held on {first} and no rate is in force.", on=first)
