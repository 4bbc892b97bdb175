"""Supply rights of the International Energy Program: general and selective, netting to zero."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocations.domain.claims import Rounding
from allocations.domain.supply_rights import Supply, general_rights, round_rights, selective_rights
from errors.refusal import Refusal
from tests.allocations.documents import answer

masses = st.integers(0, 1000)
suppliers = st.lists(
    st.builds(
        Supply,
        id=st.just("x"),
        base_use=masses,
        available=masses,
        reserve_commitment=st.integers(1, 50),
    ),
    min_size=1,
    max_size=6,
)


def _document(claims: list[dict[str, Any]], **more: object) -> dict[str, Any]:
    named = [{"id": chr(ord("a") + place), **claim} for place, claim in enumerate(claims)]
    return {"rule": "iea", "rounding": "exact", "claims": named, **more}


GENERAL = [
    {"base_use_g": 1000, "available_g": 700, "reserve_commitment_g": 60},
    {"base_use_g": 600, "available_g": 600, "reserve_commitment_g": 30},
    {"base_use_g": 400, "available_g": 300, "reserve_commitment_g": 10},
]
"""With 7 percent restraint: permissible 930/558/372 = 1860, available 1600, drawdown 260 = 156/78/26."""


def test_the_general_case() -> None:
    result = answer(_document(GENERAL, restraint="7%"))
    figures = [(award.get("right_g"), award.get("obligation_g")) for award in result["awards"]]
    assert figures == [("74", None), (None, "120"), ("46", None)]
    assert result["granted_g"] == "120"


@pytest.mark.parametrize("restraint", ["0.07", "7/100", "7%", "7 percent", "7.0%"])
def test_a_restraint_is_a_fraction_or_a_percentage(restraint: str) -> None:
    assert answer(_document(GENERAL, restraint=restraint))["awards"][0]["right_g"] == "74"


def test_what_a_firm_really_saved_changes_nothing_but_what_it_has() -> None:
    """The right rests on the stated restraint: nothing in the input says what was used."""
    lines = answer(_document(GENERAL, restraint="7%"))["awards"][0]["explanation"]
    assert lines[0] == "Permissible use: 1 kg x (1 - 7/100 (0.07)) = 0.93 kg."


@given(suppliers, st.fractions(0, 1, max_denominator=50))
def test_rights_and_obligations_net_to_zero(supplies: list[Supply], restraint: Fraction) -> None:
    rights = general_rights(supplies, restraint)
    assert sum(rights, start=0) == 0
    for rounding in Rounding:
        rounded = round_rights(rights, rounding, 1)
        assert sum(rounded, start=0) == 0
        assert all(whole * exact >= 0 for whole, exact in zip(rounded, rights, strict=True))


def test_a_loss_within_seven_percent_is_absorbed() -> None:
    supplies = [Supply("a", 1000), Supply("b", 400, available=372)]
    assert selective_rights(supplies, "b") == [0, 0]
    claims = [{"base_use_g": 1000}, {"base_use_g": 400, "available_g": 372}]
    award = answer(_document(claims, selective="b"))["awards"][1]
    assert (award["obligation_g"], award["reason"]) == ("0", "loss_absorbed")


def test_in_whole_units_the_obligations_still_add_up_to_the_right() -> None:
    claims = [{"base_use_g": 1000}, {"base_use_g": 600}, {"base_use_g": 400, "available_g": 310}]
    for rounding in ("sainte_lague", "largest_remainder", "down", "up_to_multiple"):
        first, second, third = answer(_document(claims, selective="c", rounding=rounding))["awards"]
        assert (first["obligation_g"], second["obligation_g"], third["right_g"]) == (39, 23, 62)


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({}, "missing_field", "restraint"),
        ({"restraint": "7%", "selective": "a"}, "conflicting_fields", "selective"),
        ({"restraint": "1.01"}, "number_out_of_range", "restraint"),
        ({"restraint": "101%"}, "number_out_of_range", "restraint"),
        ({"restraint": "-0.1"}, "number_out_of_range", "restraint"),
        ({"restraint": "much"}, "not_a_number", "restraint"),
        ({"restraint": True}, "not_an_integer", "restraint"),
        ({"restraint": 0.07}, "not_an_integer", "restraint"),
        ({"selective": "z"}, "unknown_id", "selective"),
        ({"selective": 3}, "wrong_type", "selective"),
    ],
)
def test_malformed_terms_are_refused(more: dict[str, object], code: str, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        answer(_document(GENERAL, **more))
    assert (refused.value.code, refused.value.field) == (code, field)


@pytest.mark.parametrize("missing", ["base_use_g", "available_g", "reserve_commitment_g", "id"])
def test_the_general_case_needs_every_figure_of_every_firm(missing: str) -> None:
    content = _document([dict(claim) for claim in GENERAL], restraint="7%")
    del content["claims"][1][missing]
    with pytest.raises(Refusal) as refused:
        answer(content)
    assert (refused.value.code, refused.value.field) == ("missing_field", f"claims[1].{missing}")


def test_a_drawdown_that_nobody_is_committed_to_can_not_be_shared() -> None:
    claims = [{"base_use_g": 10, "available_g": 0, "reserve_commitment_g": 0}]
    with pytest.raises(Refusal) as refused:
        answer(_document(claims, restraint="0"))
    assert refused.value.code == "nothing_to_share_by"
