"""The calculator gives every published case, exactly. Each case names its source in the data file."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from allocations.domain.certificate import verify_award
from tests.allocations.documents import allocation_of, answer

DATA = Path(__file__).parent.parent / "data"
CLAIMS: list[dict[str, Any]] = json.loads((DATA / "claims.json").read_text(encoding="utf-8"))
WHOLE_UNITS: list[dict[str, Any]] = json.loads((DATA / "whole_units.json").read_text(encoding="utf-8"))


def test_all_published_cases_are_here() -> None:
    assert (len(CLAIMS), len(WHOLE_UNITS)) == (26, 16)


@pytest.mark.parametrize("case", CLAIMS, ids=lambda case: case["source"][:60])
def test_exact_awards_of_a_published_claims_problem(case: dict[str, Any]) -> None:
    awards = answer(case["input"])["awards"]
    assert [award["award_g"] for award in awards] == case["exact_g"]
    assert [award["exact_g"] for award in awards] == case["exact_g"]


@pytest.mark.parametrize("case", WHOLE_UNITS, ids=lambda case: case["source"][:60])
def test_whole_units_of_a_published_apportionment(case: dict[str, Any]) -> None:
    assert [award["award_g"] for award in answer(case["input"])["awards"]] == case["award_g"]


@pytest.mark.parametrize("case", CLAIMS + WHOLE_UNITS, ids=lambda case: case["source"][:60])
def test_every_firm_can_recompute_its_award_from_its_own_line(case: dict[str, Any]) -> None:
    allocation = allocation_of(case["input"])
    problem = allocation.problem
    recomputed = [
        verify_award(index=index, claim=claim, certificate=allocation.certificate, terms=problem.terms)
        for index, claim in enumerate(problem.claims)
    ]
    expected = case["exact_g"] if "exact_g" in case else case["award_g"]
    assert recomputed == [Fraction(mass) for mass in expected]
