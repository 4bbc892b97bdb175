"""Where a position lies: each facility's part of it, day by day.

A position is a right to grams, not to a shelf. Where the material is kept in several facilities, each
facility's part is its share of the custody that day, by largest remainder, so that the parts add up
to the position to the gram. Facilities stand in order of their code.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from billing.domain.holdings import Holding
from billing.domain.periods import Period
from ledger.domain.quantities import share_by_largest_remainder


def parts_by_facility(
    *, period: Period, position: Sequence[Holding], custody: Mapping[str, Sequence[Holding]]
) -> dict[str, list[Holding]]:
    """Holdings of each facility in grams; together they are the position on every day.

    `position` and every facility's custody cover the period. Raises ValueError on a day with a
    position and no custody at all, which the ledger's mirror excludes.
    """
    facilities = sorted(custody)
    stretches = _stretches(period, [position, *(custody[facility] for facility in facilities)])
    parts: dict[str, list[Holding]] = {facility: [] for facility in facilities}
    for stretch, (held, *stored) in stretches:
        if held and not any(stored):
            raise ValueError(f"{held} g are held on {stretch.starts_on} and stored nowhere")
        shares = share_by_largest_remainder(total=held, weights=stored)
        for facility, share in zip(facilities, shares, strict=True):
            parts[facility].append(Holding(stretch.starts_on, stretch.ends_on, share))
    return parts


def _stretches(period: Period, series: Sequence[Sequence[Holding]]) -> list[tuple[Period, list[int]]]:
    """Cut the period wherever any of the series changes, with the amount of each in every piece."""
    cuts = {holding.starts_on for holdings in series for holding in holdings}
    starts = sorted(cut for cut in cuts | {period.starts_on} if cut < period.ends_on)
    ends = [*starts[1:], period.ends_on]
    places = [0] * len(series)
    pieces = []
    for start, end in zip(starts, ends, strict=True):
        for number, holdings in enumerate(series):
            places[number] = _advance(holdings, places[number], start)
        amounts = [holdings[place].amount for holdings, place in zip(series, places, strict=True)]
        pieces.append((Period(start, end), amounts))
    return pieces


def _advance(holdings: Sequence[Holding], place: int, day: date) -> int:
    while holdings[place].ends_on <= day:
        place += 1
    return place
