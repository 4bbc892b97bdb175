"""From whom and from where: own position, unattributed stock, lenders in proportion; facilities in order."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocations.domain.sourcing import Sources, pick_facilities, source_awards

firms = st.sampled_from("abcdef")
amounts = st.dictionaries(firms, st.integers(0, 50))


def test_example_d() -> None:
    sources = source_awards(
        awards={"first": 700, "second": 100}, positions={"first": 500, "second": 300}, unattributed_g=100
    )
    assert sources["first"] == Sources(500, 100, (("second", 100),))
    assert sources["second"] == Sources(100, 0)
    assert sources["first"].borrowed_g == 100


def test_too_little_unattributed_stock_is_shared_by_need() -> None:
    sources = source_awards(awards={"a": 30, "b": 10}, positions={"c": 100}, unattributed_g=20)
    assert {firm: part.unattributed_g for firm, part in sources.items()} == {"a": 15, "b": 5}


def test_lenders_lend_in_proportion_to_what_their_own_awards_leave() -> None:
    sources = source_awards(awards={"a": 30, "b": 20}, positions={"b": 60, "c": 20}, unattributed_g=0)
    lent = Counter[str]()
    for part in sources.values():
        lent.update(dict(part.lenders))
    assert lent == {"b": 20, "c": 10}


def test_more_than_there_is_has_no_source() -> None:
    with pytest.raises(ValueError, match="positions"):
        source_awards(awards={"a": 30}, positions={"b": 10}, unattributed_g=10)


@given(awards=amounts, positions=amounts, unattributed=st.integers(0, 60))
def test_sources_add_up_and_nobody_gives_more_than_it_has(
    awards: dict[str, int], positions: dict[str, int], unattributed: int
) -> None:
    if sum(awards.values()) > sum(positions.values()) + unattributed:
        return
    sources = source_awards(awards=awards, positions=positions, unattributed_g=unattributed)
    taken = Counter[str]()
    for firm, part in sources.items():
        assert part.own_g + part.unattributed_g + part.borrowed_g == awards[firm]
        assert part.own_g == min(awards[firm], positions.get(firm, 0))
        assert firm not in dict(part.lenders)
        assert all(grams > 0 for _, grams in part.lenders)
        taken.update({firm: part.own_g})
        taken.update(dict(part.lenders))
    assert all(grams <= positions.get(firm, 0) for firm, grams in taken.items())
    assert sum(part.unattributed_g for part in sources.values()) <= unattributed
    assert sum(len(part.lenders) for part in sources.values()) <= len(awards) + len(positions)


def test_the_wished_facility_then_the_fullest() -> None:
    stock = {"east": 50, "north": 80, "west": 20}
    assert pick_facilities(quantities=[90], stock=stock, wished="west") == [[("west", 20), ("north", 70)]]
    assert pick_facilities(quantities=[90], stock=stock) == [[("north", 80), ("east", 10)]]
    assert pick_facilities(quantities=[0], stock={}) == [[]]


def test_facilities_of_one_stock_are_taken_by_code() -> None:
    assert pick_facilities(quantities=[5, 5], stock={"b": 5, "a": 5}) == [[("a", 5)], [("b", 5)]]


def test_facilities_that_hold_too_little_are_refused() -> None:
    with pytest.raises(ValueError, match="facilities"):
        pick_facilities(quantities=[6], stock={"a": 5})


@given(st.lists(st.integers(0, 20), max_size=6), st.dictionaries(firms, st.integers(0, 60)))
def test_picks_add_up_within_every_facility(quantities: list[int], stock: dict[str, int]) -> None:
    if sum(quantities) > sum(stock.values()):
        return
    picks = pick_facilities(quantities=quantities, stock=stock)
    assert [sum(grams for _, grams in pick) for pick in picks] == quantities
    taken = Counter[str]()
    for pick in picks:
        taken.update(dict(pick))
    assert all(grams <= stock[code] for code, grams in taken.items())
