"""Whole units from exact shares: down, up, and by largest remainder (Hamilton)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocations.domain.claims import Mass, Terms
from allocations.domain.paths import path_of
from allocations.domain.requesters import Requester


@dataclass(frozen=True, slots=True)
class LastRemainder:
    """The smallest remainder that still got a unit; None where none was left to give.

    `tied` tells, for each party with exactly that remainder, whether it got the unit; its key is
    the index of the party's first claim.
    """

    remainder: Fraction | None
    tied: dict[int, bool]


def floor_to_unit(mass: Mass, unit: Mass) -> Mass:
    """The largest multiple of `unit` that is not above `mass`."""
    return mass // unit * unit


def ceiling_to_unit(mass: Mass, unit: Mass) -> Mass:
    """The smallest multiple of `unit` that is not below `mass`."""
    return -(-mass // unit) * unit


def remainder_of(share: Mass, unit: Mass) -> Fraction:
    """The part of a unit by which `share` exceeds its whole units."""
    return Fraction(share, unit) % 1


def tie_weight(party: Requester, terms: Terms) -> Mass:
    """The weight that speaks for `party` in a tie: that of the last stretch of its path."""
    path = path_of(party, terms)
    return path[-1].weight if path else 0


def tie_order(party: Requester, terms: Terms) -> tuple[object, ...]:
    """Sorts ties: larger weight, then larger claim, then earlier request, then list order."""
    return (-tie_weight(party, terms), -party.claim_weight, party.submitted_at, party.members[0])


def round_by_largest_remainder(
    parties: Sequence[Requester], shares: Sequence[Mass], pool: Mass, terms: Terms
) -> tuple[list[int], LastRemainder]:
    """Whole units: each share's floor, then one unit at a time by largest remainder.

    `shares` are capped by whole units, so no ceiling exceeds a claim.
    """
    given = [int(share // terms.unit) for share in shares]
    total = min(pool, sum(shares, start=0))
    spare = int(total // terms.unit) - sum(given)
    remainders = [remainder_of(share, terms.unit) for share in shares]
    order = sorted(
        (number for number, remainder in enumerate(remainders) if remainder > 0),
        key=lambda number: (-remainders[number], *tie_order(parties[number], terms)),
    )
    lucky = order[:spare]
    for number in lucky:
        given[number] += 1
    if not lucky:
        return given, LastRemainder(None, {})
    last = remainders[lucky[-1]]
    tied = [number for number in order if remainders[number] == last]
    served = frozenset(lucky)
    return given, LastRemainder(last, {parties[number].members[0]: number in served for number in tied})
