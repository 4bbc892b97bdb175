"""Each rule against a slow, obvious implementation, and each rule's own promise."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocations.domain.allocation import allocate
from allocations.domain.claims import Claim, Problem, Rounding, Rule, Terms
from tests.allocations import oracles
from tests.allocations.documents import answer, awards_of, document

claim_lists = st.lists(st.integers(0, 30), max_size=6)
weights = st.one_of(st.integers(1, 9).map(Fraction), st.fractions(Fraction(1, 5), 9, max_denominator=5))


def _exact(rule: Rule, pool: int, claims: list[int]) -> list[Fraction]:
    entries = tuple(Claim(id=str(place), request=claim) for place, claim in enumerate(claims))
    return [
        Fraction(award) for award in allocate(Problem(Terms(rule, Rounding.EXACT, 1), pool, entries)).awards
    ]


@given(st.lists(st.tuples(st.integers(0, 30), weights), max_size=7), st.integers(0, 150))
def test_the_weighted_kernel_agrees_with_sharing_and_capping(
    entries: list[tuple[int, Fraction]], pool: int
) -> None:
    claims = tuple(
        Claim(id=str(place), request=cap, weight=weight) for place, (cap, weight) in enumerate(entries)
    )
    found = allocate(Problem(Terms(Rule.WEIGHTED, Rounding.EXACT, 1), pool, claims))
    assert list(found.awards) == oracles.kernel(pool, [cap for cap, _ in entries], [w for _, w in entries])


@given(claim_lists, st.integers(0, 100))
def test_equal_losses_agree_with_sharing_the_loss(claims: list[int], pool: int) -> None:
    pool = min(pool, sum(claims))
    assert _exact(Rule.EQUAL_LOSSES, pool, claims) == oracles.equal_losses(pool, claims)


@given(claim_lists, st.integers(0, 100))
def test_any_two_divide_by_the_talmud_what_they_got_as_they_got_it(claims: list[int], pool: int) -> None:
    """Aumann and Maschler: the rule is the one whose pairs all divide as the contested garment."""
    awards = _exact(Rule.TALMUD, min(pool, sum(claims)), claims)
    for first in range(len(claims)):
        for second in range(first):
            both = awards[first] + awards[second]
            assert (awards[first], awards[second]) == oracles.contested_garment(
                both, claims[first], claims[second]
            )


@pytest.mark.parametrize("rule", [Rule.EQUAL_AWARDS, Rule.PRO_RATA_REQUEST, Rule.TALMUD, Rule.EQUAL_LOSSES])
@given(claims=st.lists(st.integers(0, 30), min_size=1, max_size=6), pool=st.integers(0, 100))
def test_the_others_divide_the_rest_as_before_when_one_leaves_with_its_award(
    rule: Rule, claims: list[int], pool: int
) -> None:
    """Consistency: a rule applied to what the rest got together gives the rest what they got."""
    awards = _exact(rule, min(pool, sum(claims)), claims)
    entries = tuple(Claim(id=str(place), request=claim) for place, claim in enumerate(claims[1:]))
    rest = allocate(Problem(Terms(rule, Rounding.EXACT, 1), sum(awards[1:], Fraction(0)), entries))
    assert list(rest.awards) == awards[1:]


def test_position_first_gives_the_own_position_before_anything_else() -> None:
    claims = [
        {"request_g": 100, "position_g": 60},
        {"request_g": 100, "position_g": 30},
        {"request_g": 100, "position_g": 0, "right_g": 100},
    ]
    result = answer(document(claims, rule="position_first", pool=90))
    assert [award["award_g"] for award in result["awards"]] == [60, 30, 0]
    assert [award["reason"] for award in result["awards"]] == [
        "position_floor",
        "position_floor",
        "class_exhausted",
    ]


def test_position_first_shares_the_rest_by_positions() -> None:
    claims = [{"request_g": 100, "position_g": 60}, {"request_g": 100, "position_g": 30}]
    assert awards_of(document(claims, rule="position_first", pool=120)) == [80, 40]


def test_position_first_shares_too_little_for_the_positions_by_positions() -> None:
    claims = [{"request_g": 100, "position_g": 60}, {"request_g": 100, "position_g": 30}]
    assert awards_of(document(claims, rule="position_first", pool=30)) == [20, 10]


def test_position_first_goes_by_rights_and_then_claims_where_nobody_left_has_a_position() -> None:
    by_rights = [
        {"request_g": 10, "position_g": 10, "right_g": 10},
        {"request_g": 50, "right_g": 100},
        {"request_g": 50, "right_g": 50},
    ]
    assert awards_of(document(by_rights, rule="position_first", pool=40)) == [10, 20, 10]
    by_claims = [{"request_g": 60}, {"request_g": 30}]
    assert awards_of(document(by_claims, rule="position_first", pool=30)) == [20, 10]


def test_priority_serves_class_after_class_and_shares_in_the_marginal_one() -> None:
    claims = [
        {"request_g": 60, "priority": 2, "weight": 1},
        {"request_g": 40, "priority": 1, "weight": 1},
        {"request_g": 60, "priority": 2, "weight": 2},
        {"request_g": 60, "priority": 3, "weight": 9},
    ]
    result = answer(document(claims, rule="priority", inner_rule="weighted", pool=100))
    assert [award["award_g"] for award in result["awards"]] == [20, 40, 40, 0]
    assert result["awards"][3]["reason"] == "class_exhausted"
    assert result["level"] == "20"


def test_a_weight_of_zero_is_served_last_and_then_equally() -> None:
    claims = [
        {"request_g": 40, "weight": 0},
        {"request_g": 30, "weight": 5},
        {"request_g": 10, "weight": 0},
    ]
    assert awards_of(document(claims, pool=30)) == [0, 30, 0]
    assert awards_of(document(claims, pool=50)) == [10, 30, 10]


def test_the_claim_is_what_the_right_leaves_of_the_request() -> None:
    claims = [
        {"request_g": 80, "right_g": 100, "already_awarded_g": 70},
        {"request_g": 80, "right_g": 50, "already_awarded_g": 70},
        {"request_g": 80},
    ]
    result = answer(document(claims, rule="pro_rata_request", rounding="largest_remainder", pool=1000))
    assert [award["award_g"] for award in result["awards"]] == [30, 0, 80]
    assert [award["reason"] for award in result["awards"]] == ["right_cap", "right_cap", "claim_met"]
