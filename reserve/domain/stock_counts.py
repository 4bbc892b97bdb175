"""Whether a count agrees with the book. docs/algorithms/stock_counts.md."""

from decimal import Decimal


def is_within_tolerance(*, counted_g: int, book_g: int, tolerance_percent: Decimal) -> bool:
    """Whether counted and book differ by at most the tolerance, in percent of the book. Exact."""
    return abs(counted_g - book_g) * Decimal(100) <= tolerance_percent * book_g
