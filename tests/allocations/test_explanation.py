"""Explanations: a reason from a closed list, the arithmetic, and what would have changed the result."""

from typing import Any

from hypothesis import given

from allocations.domain.allocation import allocate
from allocations.domain.claims import Problem, Rounding
from allocations.domain.disclosure import Disclosure
from allocations.domain.explanation import explain
from allocations.domain.what_if import pool_for_units, sweep_of, weight_for_next_unit
from tests.allocations.documents import allocation_of, answer, awards_of, document
from tests.allocations.strategies import problems

KG = 1000


def _lines(content: dict[str, Any], place: int = 0) -> list[str]:
    lines: list[str] = answer(content)["awards"][place]["explanation"]
    return lines


def test_the_arithmetic_of_a_share() -> None:
    claims = [
        {"request_g": 900 * KG, "right_g": 190 * KG},
        {"request_g": 520 * KG, "right_g": 710 * KG},
    ]
    assert _lines(document(claims, rule="pro_rata_right", pool=450 * KG, unit=KG), 1) == [
        "Claim: the request of 520 kg.",
        "Pool 450 kg, rule pro_rata_right, rounding sainte_lague, unit 1 kg.",
        "Level: 450 kg left for firms that no cap binds, giving 1/2 (0.5).",
        "Share before rounding: right 710 kg x level 1/2 (0.5) = 355 kg.",
        "Award: 355 kg.",
        "Any request of at least 355 kg gives 355 kg.",
        "A pool of at least 451 kg gives 356 kg.",
        "The claim binds at 520 kg from a pool of 659 kg on.",
    ]


def test_a_class_that_is_entered_with_nothing_left_is_exhausted_for_all_its_firms() -> None:
    """The first class uses up the pool to the gram: the second and the third have had no turn."""
    claims = [
        {"request_g": 100, "priority": 1},
        {"request_g": 50, "priority": 2},
        {"request_g": 50, "priority": 2},
        {"request_g": 50, "priority": 3},
    ]
    exhausted = document(claims, rule="priority", inner_rule="pro_rata_request", pool=100)
    reasons = [award["reason"] for award in answer(exhausted)["awards"]]
    assert reasons == ["claim_met", "class_exhausted", "class_exhausted", "class_exhausted"]
    assert "The pool was used up before the turn of class 2 came." in _lines(exhausted, 1)
    shared = document(claims, rule="priority", inner_rule="pro_rata_request", pool=102)
    reasons = [award["reason"] for award in answer(shared)["awards"]]
    assert reasons == ["claim_met", "share_of_pool", "share_of_pool", "class_exhausted"]


def test_a_claim_cut_by_the_right_says_so() -> None:
    claims = [{"request_g": 900 * KG, "right_g": 400 * KG, "already_awarded_g": 100 * KG}]
    lines = _lines(document(claims, rule="pro_rata_right", pool=450 * KG, unit=KG))
    assert lines[0] == (
        "Claim: 300 kg. The request of 900 kg is capped by the right of 400 kg less 100 kg already awarded."
    )


def test_the_share_beyond_the_own_position() -> None:
    claims = [{"request_g": 900, "position_g": 300}, {"request_g": 900, "position_g": 100}]
    lines = _lines(document(claims, rule="position_first", pool=800))
    assert "Share before rounding: own position 0.3 kg + position 0.3 kg x level 1 = 0.6 kg." in lines


def test_a_pool_too_coarse_for_its_unit_is_warned_of() -> None:
    claims = [{"request_g": 900, "weight": 1}, {"request_g": 900, "weight": 1}]
    warning = "The pool is under 25 units per firm on average"
    assert any(line.startswith(warning) for line in _lines(document(claims, pool=490, unit=10)))
    assert not any(line.startswith(warning) for line in _lines(document(claims, pool=500, unit=10)))


def test_a_class_that_was_not_reached_is_named() -> None:
    claims = [{"request_g": 90, "priority": 1, "weight": 1}, {"request_g": 90, "priority": 4, "weight": 1}]
    lines = _lines(document(claims, rule="priority", inner_rule="weighted", pool=50), 1)
    assert "The pool was used up before the turn of class 4 came." in lines


def test_a_level_without_totals_tells_no_pool() -> None:
    claims = [{"request_g": 900, "weight": weight} for weight in (2, 1, 1)]
    lines = explain(allocation_of(document(claims, pool=777)), 0, disclosure=Disclosure.LEVEL)
    assert any("x level" in line for line in lines)
    assert not any("0.777" in line or "left for firms" in line or "pool of" in line for line in lines)


def test_without_a_level_only_own_figures_are_told() -> None:
    claims = [{"request_g": 900, "weight": 2}, {"request_g": 900, "weight": 1}]
    assert explain(allocation_of(document(claims, pool=777)), 0, disclosure=Disclosure.OWN) == [
        "Claim: the request of 0.9 kg.",
        "Rule weighted, rounding sainte_lague, unit 0.001 kg.",
        "Award: 0.518 kg.",
        "Fewer than three parties were left short. What the share follows from would give away another's "
        "figures, so it is not told; the reserve's auditors can recompute it.",
        "Any request of at least 0.518 kg gives 0.518 kg.",
    ]


@given(problems(plain=True, roundings=[Rounding.SAINTE_LAGUE]))
def test_the_pool_named_for_one_more_unit_is_the_smallest_that_gives_it(problem: Problem) -> None:
    allocation = allocate(problem)
    sweep = sweep_of(allocation)
    assert sweep is not None
    unit = problem.terms.unit
    for index, award in enumerate(allocation.awards):
        if allocation.certificate.is_covered:
            return
        wanted = int(award // unit) + 1
        needed = pool_for_units(sweep, index, wanted)
        if needed is None:
            assert award == problem.claims[index].claimed // unit * unit
            continue
        enough = Problem(problem.terms, needed, problem.claims)
        short = Problem(problem.terms, needed - 1, problem.claims)
        assert allocate(enough).awards[index] >= wanted * unit
        assert allocate(short).awards[index] < wanted * unit


def test_a_weight_just_above_the_one_named_gives_one_more_unit_and_the_one_named_does_not() -> None:
    claims: list[dict[str, Any]] = [{"request_g": 900, "weight": weight} for weight in (190, 710, 870, 860)]
    allocation = allocation_of(document(claims, pool=1800))
    for place in range(4):
        needed = weight_for_next_unit(allocation, place)
        if needed is None:
            continue
        above, at = [dict(claim) for claim in claims], [dict(claim) for claim in claims]
        above[place]["weight"] = str(needed + needed / 10**9)
        at[place]["weight"] = str(needed - needed / 10**9)
        assert awards_of(document(above, pool=1800))[place] == allocation.awards[place] + 1
        assert awards_of(document(at, pool=1800))[place] == allocation.awards[place]


def test_any_request_of_at_least_412_kg_gives_412_kg() -> None:
    requests, weights = (900, 520, 1120, 180, 360, 560), (190, 710, 870, 790, 160, 860)
    claims: list[dict[str, Any]] = [
        {"request_g": request, "weight": weight} for request, weight in zip(requests, weights, strict=True)
    ]
    for request in (412, 413, 519, 10**9):
        claims[1]["request_g"] = request
        assert awards_of(document(claims, pool=1800))[1] == 412
    claims[1]["request_g"] = 411
    assert awards_of(document(claims, pool=1800))[1] == 411
