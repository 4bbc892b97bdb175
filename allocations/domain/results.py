"""The results of `calculate_awards` as JSON objects."""

from allocations.domain.allocation import Allocation, allocate
from allocations.domain.certificate_json import JsonObject, certificate_object
from allocations.domain.document import SupplyProblem, parse_document
from allocations.domain.explanation import explain_all
from allocations.domain.numbers import mass_value, number_text
from allocations.domain.reasons import reason_of
from allocations.domain.supply_results import supply_object


def result_object(document: object) -> JsonObject:
    """What `calculate_awards` answers to one document. Raises DocumentFault."""
    problem = parse_document(document)
    if isinstance(problem, SupplyProblem):
        return supply_object(problem)
    return allocation_object(allocate(problem))


def allocation_object(allocation: Allocation) -> JsonObject:
    """The output of `calculate_awards` for every rule but `iea`, awards in the order of the claims."""
    problem = allocation.problem
    rounding = problem.terms.rounding
    return {
        "awards": [
            _award_object(allocation, index, lines) for index, lines in enumerate(explain_all(allocation))
        ],
        "granted_g": mass_value(allocation.granted, rounding),
        "unallocated_g": mass_value(allocation.unallocated, rounding),
        "level": None if allocation.level is None else number_text(allocation.level),
        "certificate": certificate_object(allocation.certificate, [claim.id for claim in problem.claims]),
        "rule": problem.terms.rule.value,
        "rounding": rounding.value,
    }


def _award_object(allocation: Allocation, index: int, lines: list[str]) -> JsonObject:
    return {
        "id": allocation.problem.claims[index].id,
        "award_g": mass_value(allocation.awards[index], allocation.problem.terms.rounding),
        "exact_g": number_text(allocation.exact[index]),
        "reason": reason_of(allocation, index).value,
        "explanation": lines,
    }
