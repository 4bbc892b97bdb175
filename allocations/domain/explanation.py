"""An award in words that a person can check with a pocket calculator."""

from collections.abc import Callable
from dataclasses import replace

from allocations.domain.allocation import Allocation
from allocations.domain.certificate import Certificate
from allocations.domain.claims import Claim, Mass, Rounding, Rule
from allocations.domain.disclosure import Disclosure
from allocations.domain.paths import BY_CLAIM, BY_RIGHT, Piece, path_of
from allocations.domain.reasons import Reason, certificate_for, reason_of
from allocations.domain.remainders import remainder_of
from allocations.domain.requesters import requester_of
from allocations.domain.what_if import Sweep, sweep_of, what_if_of
from allocations.domain.wording import kg, level_text, level_unit, weight_text, weight_word

_WITHHELD = (
    "Fewer than three parties were left short. What the share follows from would give away another's "
    "figures, so it is not told; the reserve's auditors can recompute it."
)
_COARSE = "The pool is under 25 units per firm on average: whole units can leave small firms with nothing."


def explain_all(allocation: Allocation, *, disclosure: Disclosure = Disclosure.FULL) -> list[list[str]]:
    """The lines for every firm, in the order of the claims."""
    sweep = sweep_of(allocation) if disclosure is Disclosure.FULL else None
    return [_lines(allocation, index, disclosure, sweep) for index in range(len(allocation.awards))]


def explain(allocation: Allocation, index: int, *, disclosure: Disclosure = Disclosure.FULL) -> list[str]:
    """The lines for one firm: its own figures, and of the totals what `disclosure` allows."""
    sweep = sweep_of(allocation) if disclosure is Disclosure.FULL else None
    return _lines(allocation, index, disclosure, sweep)


def _lines(allocation: Allocation, index: int, disclosure: Disclosure, sweep: Sweep | None) -> list[str]:
    lines = [_claim_line(allocation.problem.claims[index]), _terms_line(allocation, disclosure)]
    lines += _EXPLAINERS[reason_of(allocation, index)](allocation, index, disclosure)
    lines += _what_if_lines(allocation, index, disclosure, sweep)
    if disclosure is Disclosure.FULL and allocation.is_coarse:
        lines.append(_COARSE)
    return lines


def _claim_line(claim: Claim) -> str:
    if claim.claimed == claim.request:
        return f"Claim: the request of {kg(claim.request)}."
    left = f"the right of {kg(claim.right or 0)} less {kg(claim.already_awarded)} already awarded"
    if claim.outstanding:
        left += f" and {kg(claim.outstanding)} outstanding"
    return f"Claim: {kg(claim.claimed)}. The request of {kg(claim.request)} is capped by {left}."


def _terms_line(allocation: Allocation, disclosure: Disclosure) -> str:
    problem = allocation.problem
    inner = f" with {problem.terms.inner_rule} inside each class" if problem.terms.inner_rule else ""
    pool = f"Pool {kg(problem.pool)}, rule" if disclosure is Disclosure.FULL else "Rule"
    return (
        f"{pool} {problem.terms.rule}{inner}, "
        f"rounding {problem.terms.rounding}, unit {kg(problem.terms.unit)}."
    )


def _claim_met(allocation: Allocation, index: int, _: Disclosure) -> list[str]:
    if certificate_for(allocation, index).is_covered:
        return [f"The pool covers every claim, so the award is the claim: {kg(allocation.awards[index])}."]
    return [f"The claim is met in full: {kg(allocation.awards[index])}. Only a larger claim could get more."]


def _right_cap(allocation: Allocation, index: int, _: Disclosure) -> list[str]:
    return [f"The award is all that is left of the right: {kg(allocation.awards[index])}."]


def _minimum_not_met(allocation: Allocation, index: int, _: Disclosure) -> list[str]:
    minimum = kg(allocation.problem.claims[index].minimum)
    policy = allocation.problem.terms.minimum_policy
    return [f"Less than the minimum of {minimum} could be awarded, so nothing was ({policy})."]


def _class_exhausted(allocation: Allocation, index: int, _: Disclosure) -> list[str]:
    if allocation.problem.terms.rule is Rule.PRIORITY:
        served = f"class {allocation.problem.claims[index].priority}"
    else:
        served = f"firms without a {weight_word(allocation.problem.terms)}"
    return [f"The pool was used up before the turn of {served} came."]


def _already_served(allocation: Allocation, index: int, _: Disclosure) -> list[str]:
    already = kg(allocation.problem.claims[index].already_awarded)
    return [f"Earlier rounds gave {already}, which is no less than the share of the total so far."]


def _position_floor(allocation: Allocation, index: int, _: Disclosure) -> list[str]:
    return [f"The award is the own position: {kg(allocation.awards[index])}. Nothing was left beyond it."]


def _share(allocation: Allocation, index: int, disclosure: Disclosure) -> list[str]:
    certificate = certificate_for(allocation, index)
    lines = []
    if allocation.problem.claims[index].group is not None:
        lines.append("Requests of the affiliate group count together; its award is shared inside alike.")
    if disclosure is Disclosure.OWN:
        return [*lines, f"Award: {kg(allocation.awards[index])}.", _WITHHELD]
    if certificate.pour.level is not None:
        lines += _level_lines(allocation, index, certificate, disclosure)
    lines += _rounding_lines(allocation, index)
    return lines


def _level_lines(
    allocation: Allocation, index: int, certificate: Certificate, disclosure: Disclosure
) -> list[str]:
    terms, pour = allocation.problem.terms, certificate.pour
    level = level_text(pour.level or 0) + level_unit(terms)
    exact = kg(allocation.exact[index])
    if pour.is_loss:
        return [f"Every claim not yet at its floor bears the same loss of {kg(pour.level or 0)}: {exact}."]
    lines = []
    if disclosure is Disclosure.FULL and terms.rule is not Rule.PRIORITY:
        lines.append(f"Level: {kg(pour.remaining)} left for firms that no cap binds, giving {level}.")
    party = requester_of(index, allocation.problem.claims[index], terms)
    for piece in path_of(party, terms):
        if piece.tier == pour.tier:
            lines.append(_share_line(allocation, piece, level, exact))
    return lines


def _share_line(allocation: Allocation, piece: Piece, level: str, exact: str) -> str:
    terms = allocation.problem.terms
    word = {BY_RIGHT: "right", BY_CLAIM: "claim"}.get(piece.tier[-1], "position")
    word = word if terms.sharing_rule is Rule.POSITION_FIRST else weight_word(terms)
    own = f"own position {kg(piece.base)} + " if piece.base else ""
    text = kg(piece.weight) if terms.sharing_rule is Rule.POSITION_FIRST else weight_text(piece.weight, terms)
    return f"Share before rounding: {own}{word} {text} x level {level} = {exact}."


def _rounding_lines(allocation: Allocation, index: int) -> list[str]:
    terms = allocation.problem.terms
    award, exact = allocation.awards[index], allocation.exact[index]
    if award == exact:
        return [f"Award: {kg(award)}."]
    direction = "up" if award > exact else "down"
    remainder = level_text(remainder_of(exact, terms.unit))
    how = {
        Rounding.SAINTE_LAGUE: "by Sainte-Laguë on the total of the disruption so far",
        Rounding.LARGEST_REMAINDER: f"by largest remainder (own: {remainder} of a unit)",
        Rounding.DOWN: "as the policy rounds every share",
        Rounding.UP_TO_MULTIPLE: "as the policy rounds every share",
    }[terms.rounding]
    return [f"Rounded {direction} to whole units of {kg(terms.unit)} {how}: {kg(award)}."]


def _what_if_lines(
    allocation: Allocation, index: int, disclosure: Disclosure, sweep: Sweep | None
) -> list[str]:
    what_if = what_if_of(allocation, index, sweep)
    if disclosure is Disclosure.OWN:
        what_if = replace(what_if, weight_for_next_unit=None)
    unit, award = allocation.problem.terms.unit, allocation.awards[index]
    terms = allocation.problem.terms
    lines: list[str] = []
    if what_if.enough_request is not None:
        enough = kg(what_if.enough_request)
        lines.append(f"Any request of at least {enough} gives {enough}.")
    if what_if.pool_for_next_unit is not None:
        lines.append(f"A pool of at least {kg(what_if.pool_for_next_unit)} gives {kg(award + unit)}.")
    if what_if.weight_for_next_unit is not None:
        needed = weight_text(what_if.weight_for_next_unit, terms)
        lines.append(f"A {weight_word(terms)} above {needed} gives {kg(award + unit)} of the same pool.")
    if what_if.pool_for_claim is not None:
        whole = _whole_claim(allocation, index)
        lines.append(f"The claim binds at {kg(whole)} from a pool of {kg(what_if.pool_for_claim)} on.")
    return lines


def _whole_claim(allocation: Allocation, index: int) -> Mass:
    unit = allocation.problem.terms.unit
    return allocation.problem.claims[index].claimed // unit * unit


_EXPLAINERS: dict[Reason, Callable[[Allocation, int, Disclosure], list[str]]] = {
    Reason.CLAIM_MET: _claim_met,
    Reason.RIGHT_CAP: _right_cap,
    Reason.POSITION_FLOOR: _position_floor,
    Reason.SHARE_OF_POOL: _share,
    Reason.ROUNDED_UP: _share,
    Reason.ROUNDED_DOWN: _share,
    Reason.MINIMUM_NOT_MET: _minimum_not_met,
    Reason.CLASS_EXHAUSTED: _class_exhausted,
    Reason.ALREADY_SERVED: _already_served,
}
