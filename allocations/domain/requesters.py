"""Requesters: what a rule sees. One firm, or the affiliates of one group counted together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce

from allocations.domain.claims import Claim, Mass, Rule, Terms

NO_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Requester:
    """One party of a division.

    `members` are indices into the problem's claims. `claimed` is what it may still get, `units` the
    same in whole allocation units, `start` what earlier rounds gave it where that counts.
    `claim_weight` is its claim as a weight and as a tie-breaker: everything the disruption gave or
    may still give it.
    """

    members: tuple[int, ...]
    claimed: Mass
    units: int
    start: Mass
    claim_weight: Mass
    position: Mass
    right: Mass | None
    weight: Mass
    priority: int
    submitted_at: datetime

    def with_whole_claim(self, unit: Mass) -> "Requester":
        """The same party claiming only the whole units of its claim."""
        return replace(self, claimed=self.units * unit)


def requester_of(index: int, claim: Claim, terms: Terms) -> Requester:
    """The party of one firm alone."""
    start = claim.already_awarded if terms.is_cumulative else 0
    return Requester(
        members=(index,),
        claimed=claim.claimed,
        units=int(claim.claimed // terms.unit),
        start=start,
        claim_weight=start + claim.claimed,
        position=claim.position,
        right=claim.right,
        weight=claim.weight if claim.weight is not None else 0,
        priority=claim.priority,
        submitted_at=claim.submitted_at or NO_TIME,
    )


def _joined(first: Requester, second: Requester) -> Requester:
    rights = (first.right, second.right)
    return Requester(
        members=first.members + second.members,
        claimed=first.claimed + second.claimed,
        units=first.units + second.units,
        start=first.start + second.start,
        claim_weight=first.claim_weight + second.claim_weight,
        position=first.position + second.position,
        right=None if rights[0] is None or rights[1] is None else rights[0] + rights[1],
        weight=first.weight + second.weight,
        priority=first.priority,
        submitted_at=min(first.submitted_at, second.submitted_at),
    )


def requesters_of(claims: Sequence[Claim], indices: Sequence[int], terms: Terms) -> list[Requester]:
    """The parties among `indices`, in the order of their first claim: firms, and groups as one.

    Where classes are served in order, the affiliates of one class count together.
    """
    parties: dict[tuple[str, int] | int, list[Requester]] = {}
    for index in indices:
        claim = claims[index]
        served_class = claim.priority if terms.rule is Rule.PRIORITY else 0
        key = index if claim.group is None else (claim.group, served_class)
        parties.setdefault(key, []).append(requester_of(index, claim, terms))
    return [reduce(_joined, members) for members in parties.values()]
