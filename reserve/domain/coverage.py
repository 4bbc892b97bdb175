"""Days of supply. Exact: a day's use is the year's use / 365, as a fraction."""

from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

DAYS_PER_YEAR = 365
HIGH_RISK_TARGET_DAYS = 180


def days_of_cover(*, stock_g: int, use_g_per_year: int) -> Fraction | None:
    """Days that `stock_g` lasts at the yearly use; None where nothing is used."""
    if use_g_per_year == 0:
        return None
    return Fraction(stock_g * DAYS_PER_YEAR, use_g_per_year)


def days_for_display(days: Fraction) -> Decimal:
    """Days with one decimal, rounded down: 59.99 days are shown as 59.9, never as a target met."""
    tenths = days * 10
    return (Decimal(tenths.numerator // tenths.denominator) / 10).quantize(Decimal("0.1"), ROUND_FLOOR)


def target_days_of(*, is_high_risk: bool, policy_target_days: int) -> int:
    """Target of a material that states none: the high-risk target, or the policy's."""
    return HIGH_RISK_TARGET_DAYS if is_high_risk else policy_target_days
