"""Affiliates count as one requester; their award is shared inside by the same rule."""

from typing import Any

from hypothesis import given

from allocations.domain.allocation import allocate
from allocations.domain.claims import Problem
from tests.allocations.documents import awards_of, document
from tests.allocations.strategies import problems


def test_a_firm_gains_nothing_by_splitting_into_affiliates() -> None:
    alone: list[dict[str, Any]] = [{"request_g": 90}, {"request_g": 90}]
    split: list[dict[str, Any]] = [
        {"request_g": 90},
        {"request_g": 45, "group": "two"},
        {"request_g": 45, "group": "two"},
    ]
    whole = awards_of(document(alone, rule="equal_awards", pool=60))
    parts = awards_of(document(split, rule="equal_awards", pool=60))
    assert whole == [30, 30]
    assert parts == [30, 15, 15]


def test_without_the_group_the_same_firms_would_have_had_more() -> None:
    split: list[dict[str, Any]] = [{"request_g": 90}, {"request_g": 45}, {"request_g": 45}]
    assert awards_of(document(split, rule="equal_awards", pool=60)) == [20, 20, 20]


def test_the_groups_award_is_shared_inside_by_the_same_rule() -> None:
    claims: list[dict[str, Any]] = [
        {"request_g": 100, "weight": 1},
        {"request_g": 10, "weight": 1, "group": "g"},
        {"request_g": 100, "weight": 2, "group": "g"},
    ]
    assert awards_of(document(claims, pool=80)) == [20, 10, 50]


def test_one_affiliate_alone_is_a_firm_like_any_other() -> None:
    claims: list[dict[str, Any]] = [
        {"request_g": 50, "weight": 1, "group": "g"},
        {"request_g": 50, "weight": 1},
    ]
    assert awards_of(document(claims, pool=50)) == [25, 25]


def test_affiliates_of_different_classes_count_together_within_each_class() -> None:
    claims: list[dict[str, Any]] = [
        {"request_g": 30, "priority": 1, "group": "g"},
        {"request_g": 30, "priority": 2, "group": "g"},
        {"request_g": 30, "priority": 2},
    ]
    shared = document(claims, rule="priority", inner_rule="equal_awards", pool=50)
    assert awards_of(shared) == [30, 10, 10]


@given(problems())
def test_a_group_gets_no_more_than_its_claims_together(problem: Problem) -> None:
    allocation = allocate(problem)
    for name in ("g", "h"):
        inside = [index for index, claim in enumerate(problem.claims) if claim.group == name]
        claimed = sum(problem.claims[index].claimed for index in inside)
        assert sum(allocation.awards[index] for index in inside) <= claimed
