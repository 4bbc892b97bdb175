"""A firm recomputes its award from its own file alone, and the file tells nobody else's figures."""

import json

from hypothesis import given

from allocations.domain.allocation import allocate
from allocations.domain.award_file import award_file, verify_award_file
from allocations.domain.claims import Problem
from tests.allocations.documents import allocation_of, document
from tests.allocations.strategies import problems

SECRET_WEIGHT = 7_654_321
SECRET_CLAIM = 8_765_432


def _file(problem: Problem, index: int, *, shows_totals: bool = True) -> dict[str, object]:
    """The file as it is read back from its JSON text."""
    text = json.dumps(award_file(allocate(problem), index, shows_totals=shows_totals))
    content: dict[str, object] = json.loads(text)
    return content


@given(problems())
def test_the_award_can_be_recomputed_from_the_file_alone(problem: Problem) -> None:
    allocation = allocate(problem)
    for index in range(len(problem.claims)):
        for shows_totals in (True, False):
            file = json.loads(json.dumps(award_file(allocation, index, shows_totals=shows_totals)))
            assert verify_award_file(file) == allocation.awards[index]


def test_a_changed_line_gives_another_award() -> None:
    allocation = allocation_of(
        document([{"request_g": 90, "weight": 3}, {"request_g": 90, "weight": 1}], pool=40)
    )
    file = json.loads(json.dumps(award_file(allocation, 0, shows_totals=True)))
    assert verify_award_file(file) == file["award_g"] == 30
    file["claim"]["weight"] = "4"
    assert verify_award_file(file) != file["award_g"]


def test_another_firms_figures_do_not_stand_in_the_file() -> None:
    claims = [
        {"id": "own", "request_g": 500_000, "weight": 1000},
        {"id": "other", "request_g": SECRET_CLAIM, "weight": SECRET_WEIGHT},
        {"id": "third", "request_g": 900_000, "weight": 999},
        {"id": "fourth", "request_g": 900_000, "weight": 777},
    ]
    allocation = allocation_of(document(claims, pool=1_000_000))
    text = json.dumps(award_file(allocation, 0, shows_totals=True))
    for secret in (str(SECRET_WEIGHT), str(SECRET_CLAIM), "other", "third", str(allocation.awards[1])):
        assert secret not in text


def test_without_totals_a_round_of_two_does_not_tell_the_others_weight() -> None:
    claims = [
        {"id": "own", "request_g": 500_000, "weight": 1000},
        {"id": "other", "request_g": SECRET_CLAIM, "weight": SECRET_WEIGHT},
    ]
    allocation = allocation_of(document(claims, pool=100_000))
    certificate = award_file(allocation, 0, shows_totals=False)["certificate"]
    assert isinstance(certificate, dict)
    assert (certificate["remaining_pool_g"], certificate["uncapped_weight"]) == ("0", "0")


def test_a_firm_below_its_minimum_recomputes_nothing_from_the_pass_it_fell_in() -> None:
    claims = [
        {"request_g": 80},
        {"request_g": 80, "minimum_g": 50},
        {"request_g": 40},
    ]
    problem = allocation_of(document(claims, rule="pro_rata_request", pool=100)).problem
    file = _file(problem, 1)
    assert verify_award_file(file) == 0
    certificate = file["certificate"]
    assert isinstance(certificate, dict)
    assert list(certificate["refused_in"]) == ["b"]
