"""Documents for the calculator, and reading its answers."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from allocations.calculator import calculate_awards
from allocations.domain.allocation import Allocation, allocate
from allocations.domain.claims import Problem
from allocations.domain.document import parse_document


def document(
    claims: Sequence[Mapping[str, Any]],
    *,
    pool: object,
    rule: str = "weighted",
    rounding: str = "sainte_lague",
    unit: object = 1,
    **more: object,
) -> dict[str, Any]:
    """A calculator's document; claims get the ids a, b, c, ... where they have none."""
    named = [{"id": chr(ord("a") + place), **claim} for place, claim in enumerate(claims)]
    return {"rule": rule, "rounding": rounding, "pool_g": pool, "unit_g": unit, "claims": named, **more}


def problem_of(content: Mapping[str, Any]) -> Problem:
    """The problem that a document states (any rule but `iea`)."""
    problem = parse_document(content)
    assert isinstance(problem, Problem)
    return problem


def allocation_of(content: Mapping[str, Any]) -> Allocation:
    """The division of a document's problem."""
    return allocate(problem_of(content))


def answer(content: Mapping[str, Any]) -> dict[str, Any]:
    """The calculator's answer."""
    return calculate_awards(content)


def awards_of(content: Mapping[str, Any]) -> list[Any]:
    """The awards of a document in its order: integers, or fractions under `exact`."""
    found = [award["award_g"] for award in answer(content)["awards"]]
    return [Fraction(award) if isinstance(award, str) else award for award in found]
