"""How stock is divided: the worked tables of docs/algorithms/attribution.md, and what holds always."""

from hypothesis import given
from hypothesis import strategies as st

from members.domain.attribution import OpenCommitment, share_oldest_first, share_pro_rata_unfilled

GRAMS = st.integers(min_value=0, max_value=10**15)


def test_the_worked_table_pro_rata() -> None:
    assert share_pro_rata_unfilled(stock_g=1000, unfilled_g=[600, 300, 300]) == [500, 250, 250]
    assert share_pro_rata_unfilled(stock_g=100, unfilled_g=[50, 50, 50]) == [34, 33, 33]
    assert share_pro_rata_unfilled(stock_g=10, unfilled_g=[1, 8, 8]) == [0, 5, 5]
    assert share_pro_rata_unfilled(stock_g=2000, unfilled_g=[600, 300, 300]) == [600, 300, 300]
    assert share_pro_rata_unfilled(stock_g=0, unfilled_g=[5]) == [0]
    assert share_pro_rata_unfilled(stock_g=5, unfilled_g=[]) == []


def test_the_worked_table_oldest_first() -> None:
    commitments = [OpenCommitment("a", 600), OpenCommitment("b", 300), OpenCommitment("a", 400)]

    def shares(stock_g: int, a: int, b: int) -> dict[str, int]:
        return share_oldest_first(stock_g=stock_g, commitments=commitments, unfilled_g={"a": a, "b": b})

    assert shares(700, a=1000, b=300) == {"a": 600, "b": 100}
    assert shares(700, a=500, b=300) == {"a": 400, "b": 300}
    assert shares(100, a=400, b=300) == {"a": 0, "b": 100}
    assert shares(5000, a=1000, b=300) == {"a": 1000, "b": 300}


@given(stock_g=GRAMS, unfilled_g=st.lists(GRAMS, max_size=12))
def test_pro_rata_gives_out_all_it_can_and_nobody_more_than_it_lacks(
    stock_g: int, unfilled_g: list[int]
) -> None:
    shares = share_pro_rata_unfilled(stock_g=stock_g, unfilled_g=unfilled_g)

    assert sum(shares) == min(stock_g, sum(unfilled_g))
    assert all(0 <= share <= lacking for share, lacking in zip(shares, unfilled_g, strict=True))


@given(stock_g=GRAMS, unfilled_g=st.lists(st.integers(1, 10**15), min_size=1, max_size=12))
def test_pro_rata_is_within_a_gram_of_the_exact_share(stock_g: int, unfilled_g: list[int]) -> None:
    total = sum(unfilled_g)
    for share, lacking in zip(
        share_pro_rata_unfilled(stock_g=stock_g, unfilled_g=unfilled_g), unfilled_g, strict=True
    ):
        exact = min(stock_g, total) * lacking
        assert abs(share * total - exact) < total


@given(
    stock_g=GRAMS,
    quantities=st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 10**9)), max_size=12),
    data=st.data(),
)
def test_oldest_first_fills_an_older_commitment_before_a_younger_one(
    stock_g: int, quantities: list[tuple[str, int]], data: st.DataObject
) -> None:
    commitments = [OpenCommitment(firm, grams) for firm, grams in quantities]
    totals = {firm: sum(g for f, g in quantities if f == firm) for firm, _ in quantities}
    unfilled = {firm: data.draw(st.integers(0, total)) for firm, total in totals.items()}

    shares = share_oldest_first(stock_g=stock_g, commitments=commitments, unfilled_g=unfilled)

    assert sum(shares.values()) == min(stock_g, sum(unfilled.values()))
    assert all(0 <= shares[firm] <= unfilled[firm] for firm in shares)
    short = [firm for firm in shares if shares[firm] < unfilled[firm]]
    if short and commitments:
        # Whoever got something got it before the first one that came short of an older commitment.
        first_short = min(_first_unfilled(commitments, unfilled, shares, firm) for firm in short)
        for place, commitment in enumerate(commitments):
            if place > first_short:
                assert _given_to(place, commitments, unfilled, shares) == 0, commitment


def _state(commitments: list[OpenCommitment], left: dict[str, int], firm: str) -> list[tuple[int, int]]:
    """(place, grams still lacking) of a firm's commitments when it lacks `left` altogether."""
    mine = [(place, item.quantity_g) for place, item in enumerate(commitments) if item.firm_id == firm]
    filled = sum(grams for _, grams in mine) - left[firm]
    lacking = []
    for place, grams in mine:
        part = min(filled, grams)
        filled -= part
        lacking.append((place, grams - part))
    return lacking


def _first_unfilled(
    commitments: list[OpenCommitment], unfilled: dict[str, int], shares: dict[str, int], firm: str
) -> int:
    left = {firm: unfilled[firm] - shares[firm]}
    return min(place for place, grams in _state(commitments, left, firm) if grams)


def _given_to(
    place: int, commitments: list[OpenCommitment], unfilled: dict[str, int], shares: dict[str, int]
) -> int:
    firm = commitments[place].firm_id
    before = dict(_state(commitments, unfilled, firm))
    after = dict(_state(commitments, {firm: unfilled[firm] - shares[firm]}, firm))
    return before[place] - after[place]
