"""Exact shares: the pool poured along the parties' paths, tier after tier."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from allocations.domain.claims import Mass, Terms
from allocations.domain.levels import Segment, level_of
from allocations.domain.paths import Piece, Tier, path_of
from allocations.domain.requesters import Requester


@dataclass(frozen=True, slots=True)
class Pour:
    """Where the pool ran out.

    `tier` None: every claim was met. Otherwise the parties that `tier` did not cap hold the total
    weight `weight` and share `remaining`; `level` is remaining / weight. In a tier of losses `level`
    is the loss that each open party bears and `remaining` what they share.
    """

    tier: Tier | None
    level: Fraction | None
    remaining: Mass
    weight: Mass
    is_loss: bool = False


def segment_of(piece: Piece, start: Mass) -> Segment | None:
    """The part of `piece` beyond what earlier rounds gave, or None if there is no such part."""
    low = max(piece.low, start)
    if low >= piece.high:
        return None
    return Segment(piece.weight, low - piece.base, piece.high - low)


@dataclass(frozen=True, slots=True)
class _Share:
    party: int
    segment: Segment
    is_loss: bool


def _shares_by_tier(parties: Sequence[Requester], terms: Terms) -> dict[Tier, list[_Share]]:
    tiers: dict[Tier, list[_Share]] = {}
    for number, party in enumerate(parties):
        for piece in path_of(party, terms):
            segment = segment_of(piece, party.start)
            if segment is not None:
                tiers.setdefault(piece.tier, []).append(_Share(number, segment, piece.is_loss))
    return dict(sorted(tiers.items()))


def _pour_of(tier: Tier, shares: Sequence[_Share], level: Fraction) -> Pour:
    still_open = [share.segment for share in shares if share.segment.is_open_at(level)]
    weight = sum((segment.weight for segment in still_open), start=0)
    if shares[0].is_loss:
        given = sum((segment.gain_at(level) for segment in still_open), start=0)
        return Pour(tier, -level, given, weight, is_loss=True)
    return Pour(tier, level, level * weight, weight)


def pour(parties: Sequence[Requester], pool: Mass, terms: Terms) -> tuple[list[Mass], Pour]:
    """What each party gets of `pool`, exactly, and where the pool ran out."""
    gains: list[Mass] = [0] * len(parties)
    for tier, shares in _shares_by_tier(parties, terms).items():
        capacity = sum((share.segment.capacity for share in shares), start=0)
        if pool >= capacity:
            for share in shares:
                gains[share.party] += share.segment.capacity
            pool -= capacity
            continue
        level = level_of([share.segment for share in shares], pool)
        for share in shares:
            gains[share.party] += share.segment.gain_at(level)
        return gains, _pour_of(tier, shares, level)
    return gains, Pour(None, None, 0, 0)
