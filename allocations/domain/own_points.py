"""The point of a firm's own path that an amount stands for. Nothing here depends on anybody else."""

from fractions import Fraction

from allocations.domain.claims import Mass, Terms
from allocations.domain.paths import path_of
from allocations.domain.pouring import Pour, segment_of
from allocations.domain.requesters import Requester
from allocations.domain.sainte_lague import LastUnit, seats_of

NOWHERE = Pour(None, None, 0, 0)
"""Where no pour is told."""


def own_last_unit(party: Requester, units: int, terms: Terms) -> LastUnit:
    """As if the units had run out at the party's own last one."""
    last = LastUnit((), None, {})
    for tier, seats in seats_of(0, party, terms):
        if units <= 0:
            return last
        given = min(units, seats.count)
        last = LastUnit(tier, seats.due_at(given, terms.unit), {party.members[0]: True})
        units -= given
    return last


def own_point(party: Requester, amount: Mass, terms: Terms) -> Pour:
    """As if the pool had run out where the party's own path reaches `amount`, less than its claim."""
    for piece in path_of(party, terms):
        segment = segment_of(piece, party.start)
        if segment is None:
            continue
        if amount < segment.capacity:
            level = Fraction(segment.offset + amount, segment.weight)
            return Pour(piece.tier, -level if piece.is_loss else level, 0, 0, is_loss=piece.is_loss)
        amount -= segment.capacity
    return NOWHERE
