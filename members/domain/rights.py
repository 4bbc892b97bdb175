"""What a firm may draw at most."""

DAYS_PER_YEAR = 365


def drawdown_right_g(*, committed_g: int, use_g_per_year: int, target_days: int) -> int:
    """min(committed, verified daily use x target days) in whole grams, rounded down.

    A day's use is a 365th of the year's; nothing is rounded before the product.
    """
    return min(committed_g, use_g_per_year * target_days // DAYS_PER_YEAR)
