"""Whole units by capped Webster / Sainte-Laguë, along any rule's path, on the disruption's total.

A party's k-th unit is due when its path passes k - 1/2 units. Units are handed out in the order in
which they fall due, so a larger pool only ever adds units and a withdrawal only ever moves units up:
nobody is lowered by either. Units given in earlier rounds are already behind the parties' `start`.

Nothing is counted unit by unit: the exact level is solved first, which leaves at most one unit per
party to correct with a heap. O(n log n) whatever the number of units.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocations.domain.claims import Mass, Terms
from allocations.domain.levels import Segment, level_of
from allocations.domain.paths import Piece, Tier, path_of
from allocations.domain.requesters import Requester

Due = tuple[Fraction, int]
"""When a unit is due in its tier: the level, then the party's rank in ties (lower first)."""


@dataclass(frozen=True, slots=True)
class Seats:
    """The whole units a party can get in one tier."""

    party: int
    weight: Mass
    offset: Mass
    count: int
    rank: int = 0

    def due_at(self, number: int, unit: Mass) -> Fraction:
        """The level at which the unit `number` (from 1) is due."""
        return Fraction(2 * self.offset + (2 * number - 1) * unit, 2 * self.weight)

    def is_due_exactly(self, number: int, level: Fraction, unit: Mass) -> bool:
        """Whether the unit `number` is due at `level` and not before; there is no unit 0."""
        due = (2 * self.offset + (2 * number - 1) * unit) * level.denominator
        return number > 0 and due == 2 * self.weight * level.numerator

    def due_by(self, level: Fraction, unit: Mass) -> int:
        """How many units are due at `level` or before it."""
        path = self.weight * level.numerator - self.offset * level.denominator
        due = (2 * path + unit * level.denominator) // (2 * unit * level.denominator)
        return min(max(int(due), 0), self.count)


@dataclass(frozen=True, slots=True)
class LastUnit:
    """Where the units ran out: the tier, and the level at which the last one of it was due.

    `tier` None: every unit that was claimed was given. `level` None: the tier got no unit. `tied`
    tells, for each party with a unit due at exactly that level, whether that unit was given; its
    key is the index of the party's first claim.
    """

    tier: Tier | None
    level: Fraction | None
    tied: dict[int, bool]


def _units_up_to(piece: Piece, is_last: bool, party: Requester, unit: Mass) -> int:
    if is_last:
        return party.units
    reached = (piece.high - party.start) / Fraction(unit)
    whole = reached // 1 if piece.is_guaranteed else (reached + Fraction(1, 2)) // 1
    return min(max(int(whole), 0), party.units)


def seats_of(number: int, party: Requester, terms: Terms) -> list[tuple[Tier, Seats]]:
    """The whole units of one party, tier by tier, from its own figures alone."""
    seats: list[tuple[Tier, Seats]] = []
    before = 0
    path = path_of(party, terms)
    for place, piece in enumerate(path):
        up_to = _units_up_to(piece, place == len(path) - 1, party, terms.unit)
        if up_to > before:
            offset = party.start + before * terms.unit - piece.base
            seats.append((piece.tier, Seats(number, piece.weight, offset, up_to - before)))
            before = up_to
    return seats


def seats_by_tier(parties: Sequence[Requester], terms: Terms) -> dict[Tier, list[Seats]]:
    """All units that can be given, by tier; each tier ranked for ties.

    Ties go to the larger weight, then the larger claim, then the earlier request, then list order.
    """
    tiers: dict[Tier, list[Seats]] = {}
    for number, party in enumerate(parties):
        for tier, seats in seats_of(number, party, terms):
            tiers.setdefault(tier, []).append(seats)
    return {tier: _ranked(tiers[tier], parties) for tier in sorted(tiers)}


def _ranked(tier: Sequence[Seats], parties: Sequence[Requester]) -> list[Seats]:
    ordered = sorted(
        tier,
        key=lambda seats: (
            -seats.weight,
            -parties[seats.party].claim_weight,
            parties[seats.party].submitted_at,
            parties[seats.party].members[0],
        ),
    )
    return [
        Seats(seats.party, seats.weight, seats.offset, seats.count, rank)
        for rank, seats in enumerate(ordered)
    ]


def _first_guess(tier: Sequence[Seats], units: int, unit: Mass) -> list[int]:
    segments = [Segment(seats.weight, seats.offset, seats.count * unit) for seats in tier]
    level = level_of(segments, units * unit)
    return [seats.due_by(level, unit) for seats in tier]


def seat(tier: Sequence[Seats], units: int, unit: Mass) -> list[int]:
    """How many of `units`, fewer than the tier can take, each entry of `tier` gets."""
    given = _first_guess(tier, units, unit)
    missing = units - sum(given)
    if missing > 0:
        _give_next(tier, given, missing, unit)
    elif missing < 0:
        _take_last(tier, given, -missing, unit)
    return given


def _give_next(tier: Sequence[Seats], given: list[int], missing: int, unit: Mass) -> None:
    heap = [
        (seats.due_at(given[place] + 1, unit), seats.rank, place)
        for place, seats in enumerate(tier)
        if given[place] < seats.count
    ]
    heapq.heapify(heap)
    for _ in range(missing):
        _, rank, place = heap[0]
        given[place] += 1
        if given[place] < tier[place].count:
            heapq.heapreplace(heap, (tier[place].due_at(given[place] + 1, unit), rank, place))
        else:
            heapq.heappop(heap)


def _take_last(tier: Sequence[Seats], given: list[int], surplus: int, unit: Mass) -> None:
    heap = [
        (-seats.due_at(given[place], unit), -seats.rank, place)
        for place, seats in enumerate(tier)
        if given[place] > 0
    ]
    heapq.heapify(heap)
    for _ in range(surplus):
        _, rank, place = heap[0]
        given[place] -= 1
        if given[place] > 0:
            heapq.heapreplace(heap, (-tier[place].due_at(given[place], unit), rank, place))
        else:
            heapq.heappop(heap)


def _last_unit(
    tier: Tier, seats: Sequence[Seats], given: Sequence[int], parties: Sequence[Requester], unit: Mass
) -> LastUnit:
    served = [entry.due_at(count, unit) for entry, count in zip(seats, given, strict=True) if count > 0]
    if not served:
        return LastUnit(tier, None, {})
    level = max(served)
    tied = {}
    for entry, count in zip(seats, given, strict=True):
        due = entry.due_by(level, unit)
        if entry.is_due_exactly(due, level, unit):
            tied[parties[entry.party].members[0]] = due == count
    return LastUnit(tier, level, tied)


def hand_out_units(parties: Sequence[Requester], pool: Mass, terms: Terms) -> tuple[list[int], LastUnit]:
    """The whole units of `pool` that each party gets, and where they ran out."""
    units = int(pool // terms.unit)
    given = [0] * len(parties)
    for tier, seats in seats_by_tier(parties, terms).items():
        capacity = sum(entry.count for entry in seats)
        if units < capacity:
            counts = seat(seats, units, terms.unit)
            for entry, count in zip(seats, counts, strict=True):
                given[entry.party] += count
            return given, _last_unit(tier, seats, counts, parties, terms.unit)
        for entry in seats:
            given[entry.party] += entry.count
        units -= capacity
    return given, LastUnit(None, None, {})
