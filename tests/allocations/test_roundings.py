"""How exact shares become whole units, and who gets the last one."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from allocations.domain.allocation import allocate
from allocations.domain.claims import Claim, Problem, Rounding, Rule, Terms
from tests.allocations import oracles
from tests.allocations.documents import answer, awards_of, document

entries = st.lists(
    st.tuples(st.integers(0, 12), st.fractions(Fraction(1, 4), 6, max_denominator=4)), max_size=6
)


@given(entries, st.integers(0, 60), st.sampled_from([1, 3]))
def test_sainte_lague_agrees_with_one_unit_at_a_time(
    firms: list[tuple[int, Fraction]], pool_units: int, unit: int
) -> None:
    claims = tuple(
        Claim(id=str(place), request=cap * unit, weight=weight) for place, (cap, weight) in enumerate(firms)
    )
    terms = Terms(Rule.WEIGHTED, Rounding.SAINTE_LAGUE, unit)
    found = allocate(Problem(terms, pool_units * unit, claims)).awards
    expected = oracles.webster(pool_units, [cap for cap, _ in firms], [weight for _, weight in firms])
    assert [award // unit for award in found] == expected


def test_sainte_lague_may_leave_the_quota_where_largest_remainder_can_not() -> None:
    """Webster trades quota for never lowering anybody: 87.0 and thirteen of about 1.0 of 100."""
    claims = [{"request_g": 100, "weight": 8660}] + [
        {"id": f"s{place}", "request_g": 100, "weight": 1340 // 10 + 1} for place in range(10)
    ]
    exact = [Fraction(award["exact_g"]) for award in answer(document(claims, pool=100))["awards"]]
    webster = awards_of(document(claims, pool=100))
    hamilton = awards_of(document(claims, rounding="largest_remainder", pool=100))
    assert all(abs(award - share) < 1 for award, share in zip(hamilton, exact, strict=True))
    assert sum(webster) == sum(hamilton) == 100
    assert max(abs(award - share) for award, share in zip(webster, exact, strict=True)) > 1


def test_down_leaves_the_rest_in_the_pool() -> None:
    claims = [{"request_g": 50} for _ in range(3)]
    result = answer(document(claims, rule="pro_rata_request", rounding="down", pool=100))
    assert [award["award_g"] for award in result["awards"]] == [33, 33, 33]
    assert result["unallocated_g"] == 1


def test_up_may_exceed_the_pool_by_less_than_a_unit_for_each_firm() -> None:
    claims = [{"request_g": 50} for _ in range(3)]
    result = answer(document(claims, rule="pro_rata_request", rounding="up_to_multiple", pool=100))
    assert [award["award_g"] for award in result["awards"]] == [34, 34, 34]
    assert (result["granted_g"], result["unallocated_g"]) == (102, -2)


def test_up_never_exceeds_the_claim() -> None:
    claims = [{"request_g": 25}, {"request_g": 25}]
    shared = document(claims, rule="equal_awards", rounding="up_to_multiple", pool=45, unit=10)
    assert awards_of(shared) == [20, 20]


def test_a_part_of_a_unit_is_not_awarded_while_stock_is_short() -> None:
    claims = [{"request_g": 25, "weight": 1}, {"request_g": 100, "weight": 1}]
    for rounding in ("sainte_lague", "largest_remainder", "down"):
        assert awards_of(document(claims, rounding=rounding, pool=110, unit=10)) == [
            20,
            90 if rounding != "x" else 0,
        ]


def test_a_claim_that_the_pool_covers_is_met_to_the_gram() -> None:
    claims = [{"request_g": 25, "weight": 1}, {"request_g": 101, "weight": 1}]
    for rounding in ("sainte_lague", "largest_remainder", "down", "up_to_multiple"):
        assert awards_of(document(claims, rounding=rounding, pool=126, unit=10)) == [25, 101]


TIED = [
    {"request_g": 10, "weight": 1},
    {"request_g": 10, "weight": 1},
]


def test_a_tie_goes_to_the_larger_claim_then_to_the_earlier_request_then_to_the_first_in_the_list() -> None:
    for rounding in ("sainte_lague", "largest_remainder"):
        tied = document([dict(claim) for claim in TIED], rounding=rounding, pool=5)
        assert awards_of(tied) == [3, 2]
        tied["claims"][1]["submitted_at"] = "2026-03-01T09:00:00Z"
        assert awards_of(tied) == [2, 3]
        tied["claims"][0]["request_g"] = 11
        assert awards_of(tied) == [3, 2]


def test_a_tie_goes_to_the_larger_weight_first() -> None:
    """Units due at the same level: the third of weight 5 and the first of weight 1."""
    claims = [{"request_g": 99, "weight": 1}, {"request_g": 10, "weight": 5}]
    assert awards_of(document(claims, pool=3)) == [0, 3]
    assert awards_of(document(claims, pool=4)) == [1, 3]


def test_the_second_round_follows_the_total_of_the_disruption() -> None:
    claims = [
        {"request_g": 11, "weight": 459, "already_awarded_g": 11},
        {"request_g": 15, "weight": 463, "already_awarded_g": 11},
        {"request_g": 14, "weight": 21, "already_awarded_g": 1},
    ]
    assert awards_of(document(claims, pool=1)) == [0, 1, 0]


def test_who_was_given_more_than_its_share_so_far_waits() -> None:
    claims = [
        {"request_g": 50, "weight": 1, "already_awarded_g": 40},
        {"request_g": 50, "weight": 1, "already_awarded_g": 0},
    ]
    result = answer(document(claims, pool=30))
    assert [award["award_g"] for award in result["awards"]] == [0, 30]
    assert result["awards"][0]["reason"] == "already_served"


def test_positions_come_first_in_whole_units_even_where_webster_would_round_up_the_small() -> None:
    """A hundred positions of 0.6 units must not take the units of the one large position."""
    claims = [{"id": f"s{place}", "request_g": 10, "position_g": 6} for place in range(100)]
    claims.append({"id": "large", "request_g": 10_000, "position_g": 10_000})
    result = answer(document(claims, rule="position_first", pool=10_600, unit=10))
    assert result["awards"][-1]["award_g"] == 10_000
    assert result["granted_g"] == 10_600
