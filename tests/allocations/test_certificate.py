"""A firm recomputes its award from its own file alone, and the file tells nobody else's figures."""

import json

from hypothesis import given

from allocations.domain.allocation import allocate
from allocations.domain.award_file import award_file, verify_award_file
from allocations.domain.claims import Problem
from allocations.domain.disclosure import Disclosure, disclosure_of
from tests.allocations.documents import allocation_of, document
from tests.allocations.strategies import problems

SECRET_WEIGHT = 7_654_321
SECRET_CLAIM = 8_765_432


def _file(problem: Problem, index: int) -> dict[str, object]:
    """The file as it is read back from its JSON text."""
    text = json.dumps(award_file(allocate(problem), index, disclosure=Disclosure.FULL))
    content: dict[str, object] = json.loads(text)
    return content


@given(problems())
def test_the_award_can_be_recomputed_from_the_file_alone(problem: Problem) -> None:
    allocation = allocate(problem)
    for index in range(len(problem.claims)):
        for disclosure in Disclosure:
            file = json.loads(json.dumps(award_file(allocation, index, disclosure=disclosure)))
            assert verify_award_file(file) == allocation.awards[index]


def test_a_changed_line_gives_another_award() -> None:
    allocation = allocation_of(
        document([{"request_g": 90, "weight": 3}, {"request_g": 90, "weight": 1}], pool=40)
    )
    file = json.loads(json.dumps(award_file(allocation, 0, disclosure=Disclosure.FULL)))
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
    text = json.dumps(award_file(allocation, 0, disclosure=Disclosure.FULL))
    for secret in (str(SECRET_WEIGHT), str(SECRET_CLAIM), "other", "third", str(allocation.awards[1])):
        assert secret not in text


def _told(claims: list[dict[str, object]], pool: int) -> Disclosure:
    return disclosure_of(allocation_of(document(claims, pool=pool)))


def test_with_three_left_short_everything_is_told() -> None:
    claims: list[dict[str, object]] = [{"request_g": 100, "weight": weight} for weight in (1, 2, 3)]
    assert _told(claims, 60) is Disclosure.FULL


def test_with_two_left_short_nothing_common_is_told() -> None:
    """R / W in lowest terms has W below, and a firm knows its own part of W."""
    claims: list[dict[str, object]] = [{"request_g": 100, "weight": weight} for weight in (1, 2)]
    assert _told(claims, 60) is Disclosure.OWN
    assert _told([*claims, {"request_g": 1, "weight": 9}], 60) is Disclosure.OWN


def test_with_one_or_two_capped_the_remaining_pool_is_not_told() -> None:
    """The pool less R is what the capped ones claimed: of one or two that is somebody's figure."""
    short: list[dict[str, object]] = [{"request_g": 100, "weight": weight} for weight in (1, 2, 3)]
    capped: dict[str, object] = {"request_g": 5, "weight": 9}
    assert _told([*short, capped], 60) is Disclosure.LEVEL
    assert _told([*short, capped, capped], 60) is Disclosure.LEVEL
    assert _told([*short, capped, capped, capped], 60) is Disclosure.FULL


def test_affiliates_count_as_one_who_could_subtract() -> None:
    group: dict[str, object] = {"request_g": 100, "weight": 1, "group": "g"}
    assert _told([group, group, {"request_g": 100, "weight": 1}], 60) is Disclosure.OWN


def test_in_a_round_of_two_the_file_holds_nothing_of_the_other() -> None:
    claims = [
        {"id": "own", "request_g": 500_000, "weight": 1000},
        {"id": "other", "request_g": SECRET_CLAIM, "weight": SECRET_WEIGHT},
    ]
    for pool in (100_000, 101_000):
        allocation = allocation_of(document(claims, pool=pool, rounding="down"))
        file = json.loads(json.dumps(award_file(allocation, 0, disclosure=disclosure_of(allocation))))
        alone = {**claims[1], "request_g": 1, "weight": 1}
        award = file["award_g"]
        same = allocation_of(document([claims[0], alone], pool=award + 1, rounding="down"))
        assert award_file(same, 0, disclosure=Disclosure.OWN) == file


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
