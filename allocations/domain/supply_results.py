"""The results of `calculate_awards` for rule `iea`: rights and obligations instead of awards."""

from fractions import Fraction

from allocations.domain.certificate_json import JsonObject
from allocations.domain.claims import Mass, Rule
from allocations.domain.document import SupplyProblem
from allocations.domain.faults import DocumentFault, FaultCode
from allocations.domain.numbers import mass_value, number_text
from allocations.domain.reasons import Reason
from allocations.domain.supply_rights import (
    ABSORBED_SHARE,
    drawdown_of,
    general_rights,
    round_rights,
    selective_rights,
)
from allocations.domain.wording import kg, level_text


def supply_object(problem: SupplyProblem) -> JsonObject:
    """The output for rule `iea`: a right or an obligation per firm, in the order of the claims."""
    exact = _exact_rights(problem)
    rights = round_rights(exact, problem.rounding, problem.unit)
    granted = sum((right for right in rights if right > 0), start=0)
    return {
        "awards": [_right_object(problem, place, right, exact[place]) for place, right in enumerate(rights)],
        "granted_g": mass_value(granted, problem.rounding),
        "unallocated_g": mass_value(0, problem.rounding),
        "level": None,
        "certificate": _supply_certificate(problem),
        "rule": Rule.IEA.value,
        "rounding": problem.rounding.value,
    }


def _exact_rights(problem: SupplyProblem) -> list[Mass]:
    try:
        if problem.restraint is None:
            return selective_rights(problem.supplies, problem.selective_id or "")
        return general_rights(problem.supplies, problem.restraint)
    except ValueError as error:
        raise DocumentFault(FaultCode.NOTHING_TO_SHARE_BY, f"{error}".capitalize() + ".", "claims") from None


def _right_object(problem: SupplyProblem, place: int, right: Mass, exact: Mass) -> JsonObject:
    supply = problem.supplies[place]
    if exact > 0:
        name, reason = "right_g", Reason.SUPPLY_RIGHT
    elif supply.id == problem.selective_id:
        name, reason = "obligation_g", Reason.LOSS_ABSORBED
    else:
        name, reason = "obligation_g", Reason.SUPPLY_OBLIGATION
    return {
        "id": supply.id,
        name: mass_value(_size(right), problem.rounding),
        "exact_g": number_text(_size(exact)),
        "reason": reason.value,
        "explanation": _supply_lines(problem, place, right, exact),
    }


def _size(right: Mass) -> Mass:
    return right if right >= 0 else -right


def _supply_lines(problem: SupplyProblem, place: int, right: Mass, exact: Mass) -> list[str]:
    supply = problem.supplies[place]
    word = "Right to receive" if exact > 0 else "Obligation to give"
    result = f"{word}: {kg(_size(right))}."
    if problem.restraint is not None:
        permissible = supply.base_use * (1 - problem.restraint)
        duty = permissible - supply.available - exact
        use, restraint = kg(supply.base_use), level_text(problem.restraint)
        return [
            f"Permissible use: {use} x (1 - {restraint}) = {kg(permissible)}.",
            f"Supply right: less the share {kg(duty)} of the reserve drawdown = {kg(permissible - duty)}.",
            f"Available: {kg(supply.available)}. {result}",
        ]
    if supply.id == problem.selective_id:
        absorbed = ABSORBED_SHARE * supply.base_use
        loss = supply.base_use - supply.available
        return [f"Loss: {kg(loss)}; up to {kg(absorbed)} (7 percent of base use) is absorbed.", result]
    return [f"Share of the right by base use of {kg(supply.base_use)}.", result]


def _supply_certificate(problem: SupplyProblem) -> JsonObject:
    """The totals from which each firm recomputes its own figure."""
    supplies = problem.supplies
    base = sum((supply.base_use for supply in supplies if supply.id != problem.selective_id), start=0)
    if problem.restraint is None:
        right = max(_exact_rights(problem), default=Fraction(0))
        return {"right_g": number_text(right), "base_use_of_others_g": number_text(base)}
    commitments = sum((supply.reserve_commitment for supply in supplies), start=0)
    return {
        "restraint": number_text(problem.restraint),
        "base_use_g": number_text(base),
        "reserve_drawdown_g": number_text(drawdown_of(supplies, problem.restraint)),
        "reserve_commitment_g": number_text(commitments),
    }
