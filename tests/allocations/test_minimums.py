"""Minimum acceptable quantities: drop and compute again, or leave unallocated."""

from tests.allocations.documents import answer, awards_of, document


def test_only_as_many_are_dropped_as_need_be() -> None:
    """Half of the pool is too little for either, all of it is enough for one: the later one goes."""
    claims = [{"request_g": 100, "minimum_g": 60}, {"request_g": 100, "minimum_g": 60}]
    assert awards_of(document(claims, rule="pro_rata_request", pool=100)) == [100, 0]


def test_the_one_furthest_below_its_minimum_is_dropped_first() -> None:
    claims = [
        {"request_g": 100, "minimum_g": 40},
        {"request_g": 100, "minimum_g": 90},
        {"request_g": 100, "minimum_g": 40},
    ]
    assert awards_of(document(claims, rule="pro_rata_request", pool=100)) == [50, 0, 50]


def test_left_unallocated_nobody_else_gains() -> None:
    claims = [
        {"request_g": 80},
        {"request_g": 80, "minimum_g": 50},
        {"request_g": 40},
    ]
    result = answer(document(claims, rule="pro_rata_request", minimum_policy="leave_unallocated", pool=100))
    assert [award["award_g"] for award in result["awards"]] == [40, 0, 20]
    assert result["unallocated_g"] == 40
    assert result["awards"][1]["reason"] == "minimum_not_met"


def test_a_minimum_beyond_what_the_right_leaves_can_not_be_met() -> None:
    claims = [{"request_g": 100, "minimum_g": 60, "right_g": 50}, {"request_g": 50}]
    result = answer(document(claims, rule="pro_rata_request", pool=500))
    assert [award["award_g"] for award in result["awards"]] == [0, 50]
    assert result["awards"][0]["reason"] == "minimum_not_met"


def test_a_minimum_that_is_met_exactly_is_met() -> None:
    claims = [{"request_g": 100, "minimum_g": 50}, {"request_g": 100, "minimum_g": 50}]
    assert awards_of(document(claims, rule="pro_rata_request", pool=100)) == [50, 50]
