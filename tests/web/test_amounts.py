"""Amounts as people read them: rounded half-up, in integers."""

from decimal import Decimal
from fractions import Fraction

import pytest

from web.templatetags import amounts


@pytest.mark.parametrize(
    ("grams", "text"),
    [
        (0, "0.000"),
        (412_500, "0.413"),
        (999_999, "1.000"),
        (1_000_000, "1.0"),
        (12_050_000, "12.1"),
        (4_100_000_000, "4,100"),
        (-1_500_000, "-1.5"),
    ],
)
def test_tonnes(grams: int, text: str) -> None:
    assert amounts.tonnes(grams) == text


@pytest.mark.parametrize(
    ("grams", "text"), [(0, "0"), (1_500, "1.5"), (1_234_567_000, "1,234,567"), (1, "0.001"), (-250, "-0.25")]
)
def test_kilograms(grams: int, text: str) -> None:
    assert amounts.kilograms(grams) == text


def test_money() -> None:
    assert amounts.dollars(123_456_750) == "1,234,568"
    assert amounts.million_dollars(1_196_000_000_000) == "11,960.0"
    assert amounts.million_dollars(-5_000_000) == "-0.1"


def test_days_and_prices() -> None:
    assert amounts.days(Fraction(119, 2)) == "59.5"
    assert amounts.days(Fraction(1199, 20)) == "60.0"
    assert amounts.price(Decimal("39.005")) == "39.01"
    assert amounts.price(Decimal("0.031250")) == "0.0313"
    assert amounts.price(Decimal("0.470000")) == "0.47"
