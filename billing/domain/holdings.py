"""From dated moves to what was held on each day of a period.

A holding counts for the day at whose end it is held, so of several moves on one day only their sum
matters, and neither the order of the moves nor the hour of a move changes a fee.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from billing.domain.periods import Period
from billing.errors import HoldingBelowZero


@dataclass(frozen=True, slots=True)
class Move:
    """What came (positive) or went (negative) on a day: grams of a material, or cents."""

    on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Holding:
    """The amount held at the end of each day from `starts_on` up to, but without, `ends_on`."""

    starts_on: date
    ends_on: date
    amount: int


def holdings_in(*, period: Period, moves: Iterable[Move]) -> list[Holding]:
    """Cut the period where the holding changes; the pieces cover it without gap, in order.

    Moves before the period make the opening holding, moves after it are ignored. Raises
    HoldingBelowZero when some day before the period's end would close below zero.
    """
    changes: defaultdict[date, int] = defaultdict(int)
    for move in moves:
        if move.on < period.ends_on:
            changes[move.on] += move.amount
    holdings = []
    held, since = 0, period.starts_on
    for on in sorted(changes):
        if on > since and changes[on]:
            holdings.append(Holding(since, on, held))
            since = on
        held += changes[on]
        if held < 0:
            raise HoldingBelowZero(f"The holding would be below zero at the end of {on}.", on=on.isoformat())
    return [*holdings, Holding(since, period.ends_on, held)]


def held_within(period: Period, holdings: Sequence[Holding]) -> Iterator[tuple[Period, int]]:
    """The stretches of a period and the amount held in each; holdings stand in order of time."""
    first = bisect_right(holdings, period.starts_on, key=lambda holding: holding.ends_on)
    for place in range(first, len(holdings)):
        holding = holdings[place]
        common = period.overlap(holding.starts_on, holding.ends_on)
        if common is None:
            break
        yield common, holding.amount
