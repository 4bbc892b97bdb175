"""How much of the arithmetic a firm may be told without learning another firm's figures.

A total over fewer than three parties is somebody's figure: a party knows its own and subtracts. The
weights W are a total over the parties left uncapped; with the pool known, the remaining pool R is a
total over those that were capped. An exact level gives W away through its denominator.
"""

from enum import StrEnum
from fractions import Fraction

from allocations.domain.allocation import Allocation
from allocations.domain.claims import Terms
from allocations.domain.paths import path_of
from allocations.domain.pouring import Pour, segment_of
from allocations.domain.requesters import Requester, requesters_of

FEWEST_FOR_TOTALS = 3


class Disclosure(StrEnum):
    """Everything; the common level but no totals; or nothing but the firm's own figures."""

    FULL = "full"
    LEVEL = "level"
    OWN = "own"


def disclosure_of(allocation: Allocation) -> Disclosure:
    """What every firm of this division may be told."""
    problem = allocation.problem
    standing = [index for index in range(len(problem.claims)) if index not in allocation.refused]
    parties = requesters_of(problem.claims, standing, problem.terms)
    if len(parties) < FEWEST_FOR_TOTALS:
        return Disclosure.OWN
    if allocation.certificate.is_covered:
        return Disclosure.FULL
    pour = allocation.certificate.pour
    still_open = sum(_is_open(party, pour, problem.terms) for party in parties)
    if still_open < FEWEST_FOR_TOTALS:
        return Disclosure.OWN
    met = sum(_is_met(party, allocation) for party in parties)
    return Disclosure.LEVEL if 0 < met < FEWEST_FOR_TOTALS else Disclosure.FULL


def _is_open(party: Requester, pour: Pour, terms: Terms) -> bool:
    """Whether the party shares in the tier where the pool ended."""
    level = -(pour.level or Fraction(0)) if pour.is_loss else pour.level or Fraction(0)
    for piece in path_of(party, terms):
        segment = segment_of(piece, party.start)
        if segment is not None and piece.tier == pour.tier:
            return segment.is_open_at(level)
    return False


def _is_met(party: Requester, allocation: Allocation) -> bool:
    exact = sum((allocation.exact[index] for index in party.members), start=0)
    return 0 < party.claimed == exact
