"""What would have changed an award: the pool or the weight for more, the request that is enough."""

from dataclasses import dataclass
from fractions import Fraction

from allocations.domain.allocation import Allocation
from allocations.domain.claims import Mass, Rounding, Rule, Terms
from allocations.domain.paths import BY_CLAIM, Tier, path_of
from allocations.domain.reasons import Reason, certificate_for, reason_of
from allocations.domain.requesters import Requester, requester_of, requesters_of
from allocations.domain.sainte_lague import LastUnit, Seats, seats_by_tier, seats_of

PARTIES_SWEPT = 200
"""Beyond this many parties the pool for one more unit is not computed for everybody: it costs one
sweep over all parties for each."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Each figure is None where it does not apply.

    `pool_for_next_unit` and `pool_for_claim` are the smallest pools that give one unit more and the
    whole claim; `weight_for_next_unit` must be exceeded; `enough_request` gives the same award.
    """

    pool_for_next_unit: Mass | None = None
    pool_for_claim: Mass | None = None
    weight_for_next_unit: Fraction | None = None
    enough_request: Mass | None = None


def _is_weight_fixed(party: Requester, terms: Terms) -> bool:
    """Whether the party's weight stays the same when it asks for more."""
    if terms.sharing_rule is Rule.POSITION_FIRST:
        return all(piece.tier[-1] != BY_CLAIM for piece in path_of(party, terms))
    return terms.sharing_rule in (Rule.WEIGHTED, Rule.PRO_RATA_RIGHT, Rule.EQUAL_AWARDS)


@dataclass(frozen=True, slots=True)
class Sweep:
    """Every unit that a division could give, by tier, and each single firm's number among the parties."""

    tiers: dict[Tier, list[Seats]]
    numbers: dict[int, int]
    unit: Mass


def sweep_of(allocation: Allocation) -> Sweep | None:
    """What pools are looked up in. None beyond `PARTIES_SWEPT` claims, with minimums, or other roundings."""
    problem = allocation.problem
    claims = problem.claims
    if problem.terms.rounding is not Rounding.SAINTE_LAGUE or len(claims) > PARTIES_SWEPT:
        return None
    if any(claim.minimum for claim in claims):
        return None
    parties = requesters_of(claims, range(len(claims)), problem.terms)
    singles = {party.members[0]: number for number, party in enumerate(parties) if len(party.members) == 1}
    return Sweep(seats_by_tier(parties, problem.terms), singles, problem.terms.unit)


def pool_for_units(sweep: Sweep, index: int, units: int) -> Mass | None:
    """The smallest pool of which the firm at `index` gets at least `units` whole units.

    None where the claim is smaller than that, and for affiliates.
    """
    place = _place_of(units, sweep.tiers, sweep.numbers.get(index, -1))
    if place is None or units < 1:
        return None
    own_tier, own, own_number = place
    level = own.due_at(own_number, sweep.unit)
    needed = sum(entry.count for tier, entries in sweep.tiers.items() if tier < own_tier for entry in entries)
    for entry in sweep.tiers[own_tier]:
        due = entry.due_by(level, sweep.unit)
        is_later = entry.rank > own.rank and entry.is_due_exactly(due, level, sweep.unit)
        needed += due - 1 if is_later else due
    return needed * sweep.unit


def _place_of(units: int, tiers: dict[Tier, list[Seats]], number: int) -> tuple[Tier, Seats, int] | None:
    """The tier of a party's unit `units`, its entry there, and the unit's number in that tier."""
    for tier, entries in tiers.items():
        for entry in entries:
            if entry.party == number:
                if units <= entry.count:
                    return tier, entry, units
                units -= entry.count
    return None


def weight_for_next_unit(allocation: Allocation, index: int) -> Fraction | None:
    """The weight that the firm must exceed to get one unit more of the same pool.

    Known from the firm's own line and the certificate alone, where the weight is the firm's own
    figure and its next unit competes at the level where the units ran out.
    """
    terms = allocation.problem.terms
    if terms.sharing_rule not in (Rule.WEIGHTED, Rule.PRO_RATA_RIGHT):
        return None
    cut = certificate_for(allocation, index).cut
    if not isinstance(cut, LastUnit) or cut.level is None or cut.level <= 0 or index in cut.tied:
        return None
    party = requester_of(index, allocation.problem.claims[index], terms)
    units = int(allocation.awards[index] // terms.unit)
    for tier, entry in seats_of(0, party, terms):
        if tier == cut.tier and units < entry.count and tier[-1] == 0:
            return entry.due_at(units + 1, terms.unit) * entry.weight / cut.level
    return None


def what_if_of(allocation: Allocation, index: int, sweep: Sweep | None) -> WhatIf:
    """What would have given the firm at `index` more, and which request would have been enough.

    Without a `sweep` no pools are looked up.
    """
    terms = allocation.problem.terms
    claim = allocation.problem.claims[index]
    certificate = certificate_for(allocation, index)
    reason = reason_of(allocation, index)
    if certificate.is_covered or reason is Reason.MINIMUM_NOT_MET:
        return WhatIf()
    units = int(allocation.awards[index] // terms.unit)
    whole = int(claim.claimed // terms.unit)
    party = requester_of(index, claim, terms)
    tied = certificate.cut.tied if certificate.cut is not None else {}
    is_tied = index in tied and len(tied) > 1
    is_slack = allocation.awards[index] < claim.claimed
    is_enough = is_slack and not is_tied and claim.group is None and _is_weight_fixed(party, terms)
    return WhatIf(
        pool_for_next_unit=pool_for_units(sweep, index, units + 1) if sweep and is_slack else None,
        pool_for_claim=pool_for_units(sweep, index, whole) if sweep else None,
        weight_for_next_unit=weight_for_next_unit(allocation, index) if is_slack else None,
        enough_request=allocation.awards[index] if is_enough and allocation.awards[index] > 0 else None,
    )
