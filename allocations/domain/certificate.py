"""A certificate: what one firm needs, besides its own line, to recompute its own award.

It holds where the exact pour ran out (`Pour`: remaining pool R, weights W of the parties not
capped, level R / W) and where the whole units ran out (`Cut`). It holds nobody's claim.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from allocations.domain.claims import Claim, Mass, Rounding, Terms
from allocations.domain.paths import path_of
from allocations.domain.pouring import Pour, segment_of
from allocations.domain.remainders import LastRemainder, ceiling_to_unit, floor_to_unit, remainder_of
from allocations.domain.requesters import Requester, requester_of
from allocations.domain.sainte_lague import LastUnit, seats_of

Cut = LastUnit | LastRemainder


@dataclass(frozen=True, slots=True)
class GroupCertificate:
    """How an affiliate group's amount was shared inside: the group's own line and a certificate."""

    party: Requester
    inside: "Certificate"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where a division ran out. `is_covered`: the pool met every claim, and nothing else matters.

    Keys of `cut.tied` are the index of a party's first claim in the problem; `groups` holds each
    affiliate's group by the affiliate's index, and `refused_in` the certificate of the pass in which
    a claim fell below its minimum by the claim's.
    """

    is_covered: bool
    pour: Pour
    cut: Cut | None = None
    groups: Mapping[int, GroupCertificate] = field(default_factory=dict)
    refused_in: Mapping[int, "Certificate"] = field(default_factory=dict)


def _exact_share(party: Requester, pour: Pour, terms: Terms) -> Mass:
    share: Mass = 0
    for piece in path_of(party, terms):
        segment = segment_of(piece, party.start)
        if segment is None:
            continue
        if pour.tier is None or piece.tier < pour.tier:
            share += segment.capacity
        elif piece.tier == pour.tier and pour.level is not None:
            share += segment.gain_at(-pour.level if pour.is_loss else pour.level)
    return share


def _units_due(party: Requester, cut: LastUnit, terms: Terms) -> int:
    units = 0
    for tier, seats in seats_of(0, party, terms):
        if cut.tier is None or tier < cut.tier:
            units += seats.count
        elif tier == cut.tier and cut.level is not None:
            due = seats.due_by(cut.level, terms.unit)
            is_tied = seats.is_due_exactly(due, cut.level, terms.unit)
            units += due - 1 if is_tied and not cut.tied[party.members[0]] else due
    return units


def amount_of(party: Requester, certificate: Certificate, terms: Terms) -> Mass:
    """What `certificate` gives to `party`, before any group is shared inside."""
    if certificate.is_covered:
        return party.claimed
    if terms.rounding is Rounding.EXACT:
        return _exact_share(party, certificate.pour, terms)
    if isinstance(certificate.cut, LastUnit):
        return _units_due(party, certificate.cut, terms) * terms.unit
    share = _exact_share(party.with_whole_claim(terms.unit), certificate.pour, terms)
    if not isinstance(certificate.cut, LastRemainder):
        return share
    return _with_remainder(party, share, certificate.cut, terms)


def _with_remainder(party: Requester, share: Mass, cut: LastRemainder, terms: Terms) -> Mass:
    remainder = remainder_of(share, terms.unit)
    floor = floor_to_unit(share, terms.unit)
    if cut.remainder is None or remainder == 0 or remainder < cut.remainder:
        return floor
    if remainder == cut.remainder and not cut.tied[party.members[0]]:
        return floor
    return floor + terms.unit


def verify_award(*, index: int, claim: Claim, certificate: Certificate, terms: Terms) -> Mass:
    """Recompute the award of `claim` from its own line and the certificate alone.

    `index` is the claim's place in the problem; no other claim is needed. A claim that fell below
    its minimum gets 0, which is recomputed from the pass in which it fell.
    """
    refused = certificate.refused_in.get(index)
    judged = _award_under(index, claim, refused or certificate, terms)
    if refused is not None:
        return 0 if judged < claim.minimum else judged
    return judged


def _award_under(index: int, claim: Claim, certificate: Certificate, terms: Terms) -> Mass:
    party = requester_of(index, claim, terms)
    if index in certificate.groups:
        certificate = certificate.groups[index].inside
    amount = amount_of(party, certificate, terms)
    if certificate.is_covered or terms.rounding is Rounding.EXACT:
        return amount
    if terms.rounding is Rounding.DOWN:
        return floor_to_unit(amount, terms.unit)
    if terms.rounding is Rounding.UP_TO_MULTIPLE:
        return ceiling_to_unit(amount, terms.unit)
    return amount
