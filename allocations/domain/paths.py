"""Every rule as a path: how a party's total grows while the pool is poured.

A path is a list of pieces in tiers. Tiers are poured one after the other; inside a tier all parties
share one rising level and a piece is at `base + weight * level`, kept between `low` and `high`.

* The kernel `min(claim, level * weight)` is one piece from 0 to the claim.
* `position_first` is the own position, then the rest by positions; parties without a position wait
  in further tiers, which share by rights and then by claims.
* Constrained equal losses `max(0, claim - loss)` is one piece that comes down from the claim: its
  level is the negative loss.
* The Talmud rule is equal awards up to half of each claim, then equal losses of the other half
  (Aumann and Maschler, Journal of Economic Theory 36, 1985).
* `priority` puts the class before the tier.

A weight of zero has no share while any other weight is open; what then is left is shared equally, so
that the pool is used up.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from allocations.domain.claims import Mass, Rule, Terms
from allocations.domain.requesters import Requester

Tier = tuple[int, ...]

OWN_POSITION = 0
BY_POSITION = 1
BY_RIGHT = 2
BY_CLAIM = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a path. `is_guaranteed`: its whole units come before any unit of a later tier."""

    tier: Tier
    weight: Mass
    low: Mass
    high: Mass
    base: Mass
    is_guaranteed: bool = False
    is_loss: bool = False


def _by_weight(weight: Mass, total: Mass) -> list[Piece]:
    if weight > 0:
        return [Piece((0,), weight, 0, total, 0)]
    return [Piece((1,), 1, 0, total, 0)]


def _position_first(party: Requester, total: Mass) -> list[Piece]:
    if party.position > 0:
        own = min(total, party.position)
        return [
            Piece((OWN_POSITION,), party.position, 0, own, 0, is_guaranteed=True),
            Piece((BY_POSITION,), party.position, own, total, own),
        ]
    if party.right is not None and party.right > 0:
        return [Piece((BY_RIGHT,), party.right, 0, total, 0)]
    return [Piece((BY_CLAIM,), party.claim_weight, 0, total, 0)]


def _talmud(total: Mass) -> list[Piece]:
    half = Fraction(total, 2)
    return [Piece((0,), 1, 0, half, 0), Piece((1,), 1, half, total, total, is_loss=True)]


def _unranked(rule: Rule, party: Requester, total: Mass) -> list[Piece]:
    match rule:
        case Rule.POSITION_FIRST:
            return _position_first(party, total)
        case Rule.PRO_RATA_RIGHT:
            return _by_weight(party.right or 0, total)
        case Rule.PRO_RATA_REQUEST:
            return _by_weight(party.claim_weight, total)
        case Rule.WEIGHTED:
            return _by_weight(party.weight, total)
        case Rule.EQUAL_AWARDS:
            return [Piece((0,), 1, 0, total, 0)]
        case Rule.EQUAL_LOSSES:
            return [Piece((0,), 1, 0, total, total, is_loss=True)]
        case Rule.TALMUD:
            return _talmud(total)
        case Rule.PRIORITY | Rule.IEA:
            raise ValueError(f"{rule} has no path of its own")


def path_of(party: Requester, terms: Terms) -> list[Piece]:
    """The path of one party, from its own figures alone. Pieces without length are left out."""
    total = party.start + party.claimed
    pieces = [piece for piece in _unranked(terms.sharing_rule, party, total) if piece.low < piece.high]
    if terms.rule is Rule.PRIORITY:
        return [replace(piece, tier=(party.priority, *piece.tier)) for piece in pieces]
    return pieces
