"""Mass and money: decimal texts to integers and back, costs and shares, all exact."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import Refusal
from ledger.domain.quantities import (
    LARGEST_AMOUNT,
    cost_cents,
    format_kg,
    format_usd,
    parse_kg,
    parse_usd,
    round_half_up,
    share_by_largest_remainder,
)

AMOUNTS = st.integers(min_value=0, max_value=LARGEST_AMOUNT)


@pytest.mark.parametrize(
    ("text", "grams"),
    [("412.5", 412_500), ("0", 0), ("0.001", 1), ("007", 7_000), ("1.250", 1_250), ("-0", 0)],
)
def test_kilograms_become_grams(text: str, grams: int) -> None:
    assert parse_kg(text, field="quantity_kg") == grams


@pytest.mark.parametrize(("grams", "text"), [(412_500, "412.5"), (0, "0"), (1, "0.001"), (400_000, "400")])
def test_grams_are_printed_without_trailing_zeros(grams: int, text: str) -> None:
    assert format_kg(grams) == text


@pytest.mark.parametrize(
    ("cents", "text"), [(123_450, "1234.50"), (0, "0.00"), (7, "0.07"), (-5_625_000, "-56250.00")]
)
def test_cents_are_printed_with_two_decimals(cents: int, text: str) -> None:
    assert format_usd(cents) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "malformed_quantity"),
        ("1,000", "malformed_quantity"),
        ("1e3", "malformed_quantity"),
        ("NaN", "malformed_quantity"),
        ("Infinity", "malformed_quantity"),
        (" 1", "malformed_quantity"),
        ("1\n", "malformed_quantity"),
        ("+1", "malformed_quantity"),
        (".5", "malformed_quantity"),
        ("5.", "malformed_quantity"),
        ("\u0661", "malformed_quantity"),
        (1, "malformed_quantity"),
        (1.5, "malformed_quantity"),
        (None, "malformed_quantity"),
        ("0.0001", "too_many_decimals"),
        ("1.0000", "too_many_decimals"),
        ("-1", "quantity_out_of_range"),
        ("9223372036854775.808", "quantity_out_of_range"),
        ("9" * 5_000, "quantity_out_of_range"),
    ],
)
def test_other_texts_are_refused_with_a_code_and_the_field(text: object, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_kg(text, field="quantity_kg")
    assert (caught.value.code, caught.value.field) == (code, "quantity_kg")


def test_dollars_have_two_decimals() -> None:
    assert parse_usd("1234.5", field="amount_usd") == 123_450
    with pytest.raises(Refusal) as caught:
        parse_usd("0.001", field="amount_usd")
    assert caught.value.code == "too_many_decimals"


@given(AMOUNTS)
def test_printing_and_parsing_are_inverse(amount: int) -> None:
    assert parse_kg(format_kg(amount), field="f") == amount
    assert parse_usd(format_usd(amount), field="f") == amount


def test_a_cost_is_exact_and_rounded_once() -> None:
    assert cost_cents(quantity_g=7_500_000, price_usd_per_kg=Decimal("39.00")) == 29_250_000
    assert cost_cents(quantity_g=1, price_usd_per_kg=Decimal("5.000000")) == 1
    assert cost_cents(quantity_g=1, price_usd_per_kg=Decimal("4.999999")) == 0
    assert cost_cents(quantity_g=10**18, price_usd_per_kg=Decimal("123456789012.345678")) == (
        12345678901234567800000000000
    )


@pytest.mark.parametrize(
    ("value", "nearest"), [("1/2", 1), ("-1/2", -1), ("3/2", 2), ("49/100", 0), ("-149/100", -1), ("7", 7)]
)
def test_a_half_goes_away_from_zero(value: str, nearest: int) -> None:
    assert round_half_up(Fraction(value)) == nearest


def test_a_shared_cost_adds_up_to_the_cent_and_the_first_gets_the_odd_one() -> None:
    assert share_by_largest_remainder(total=10_000, weights=[1, 1, 1]) == [3_334, 3_333, 3_333]
    assert share_by_largest_remainder(total=10, weights=[1, 0, 2]) == [3, 0, 7]
    assert share_by_largest_remainder(total=0, weights=[0, 0]) == [0, 0]
    assert share_by_largest_remainder(total=-10_000, weights=[1, 1, 1]) == [-3_334, -3_333, -3_333]


@pytest.mark.parametrize(("total", "weights"), [(1, [0, 0]), (1, []), (5, [2, -1])])
def test_a_share_without_weights_is_an_error(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weight"):
        share_by_largest_remainder(total=total, weights=weights)


@given(AMOUNTS, st.lists(st.integers(min_value=0, max_value=10**20), min_size=1).filter(any))
def test_shares_add_up_and_stay_within_one_unit_of_the_exact_share(total: int, weights: list[int]) -> None:
    shares = share_by_largest_remainder(total=total, weights=weights)
    assert sum(shares) == total
    whole = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        assert abs(Fraction(total * weight, whole) - share) < 1
