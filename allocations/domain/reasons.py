"""The one constraint that bound an award: a closed list of codes."""

from enum import StrEnum

from allocations.domain.allocation import Allocation
from allocations.domain.certificate import Certificate
from allocations.domain.claims import Mass, Rule
from allocations.domain.paths import path_of
from allocations.domain.pouring import Pour, segment_of
from allocations.domain.requesters import Requester, requester_of


class Reason(StrEnum):
    """Why an award is what it is. `docs/algorithms/explanation.md` explains each."""

    CLAIM_MET = "claim_met"
    RIGHT_CAP = "right_cap"
    POSITION_FLOOR = "position_floor"
    SHARE_OF_POOL = "share_of_pool"
    ROUNDED_UP = "rounded_up"
    ROUNDED_DOWN = "rounded_down"
    MINIMUM_NOT_MET = "minimum_not_met"
    CLASS_EXHAUSTED = "class_exhausted"
    ALREADY_SERVED = "already_served"
    SUPPLY_RIGHT = "supply_right"
    SUPPLY_OBLIGATION = "supply_obligation"
    LOSS_ABSORBED = "loss_absorbed"


def certificate_for(allocation: Allocation, index: int) -> Certificate:
    """The certificate that speaks of one firm directly: that of its group where it has one."""
    group = allocation.certificate.groups.get(index)
    return allocation.certificate if group is None else group.inside


def _is_out_of_turn(party: Requester, pour: Pour, allocation: Allocation) -> bool:
    """Whether the pool ended before this party's class or tier, or just as its class was entered."""
    is_class_empty = allocation.problem.terms.rule is Rule.PRIORITY and pour.remaining == 0
    for piece in path_of(party, allocation.problem.terms):
        if segment_of(piece, party.start) is not None:
            return pour.tier is not None and (
                piece.tier > pour.tier or (is_class_empty and piece.tier == pour.tier)
            )
    return False


def _is_position_floor(party: Requester, exact: Mass, allocation: Allocation) -> bool:
    if allocation.problem.terms.sharing_rule is not Rule.POSITION_FIRST:
        return False
    floor = min(party.start + party.claimed, party.position)
    return 0 < exact == floor - party.start


def reason_of(allocation: Allocation, index: int) -> Reason:
    """The code of the award of the claim at `index`."""
    claim = allocation.problem.claims[index]
    award, exact = allocation.awards[index], allocation.exact[index]
    if index in allocation.refused:
        return Reason.MINIMUM_NOT_MET
    if award == claim.claimed:
        return Reason.CLAIM_MET if award == claim.request else Reason.RIGHT_CAP
    if award != exact:
        return Reason.ROUNDED_UP if award > exact else Reason.ROUNDED_DOWN
    party = requester_of(index, claim, allocation.problem.terms)
    if exact == 0 and _is_out_of_turn(party, certificate_for(allocation, index).pour, allocation):
        return Reason.CLASS_EXHAUSTED
    if exact == 0 and party.start > 0:
        return Reason.ALREADY_SERVED
    if _is_position_floor(party, exact, allocation):
        return Reason.POSITION_FLOOR
    return Reason.SHARE_OF_POOL
