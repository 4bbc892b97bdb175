"""Exact decimal texts."""

from decimal import Decimal


def exact_decimal_text(amount: int, units: int) -> str:
    """`amount` / `units` without trailing zeros: 157500000 / 10^6 is "157.5". `units` is a power of ten."""
    whole, rest = divmod(abs(amount), units)
    text = f"{whole}.{rest:0{len(str(units)) - 1}d}".rstrip("0").rstrip(".")
    return f"-{text}" if amount < 0 else text


def trimmed_decimal_text(value: Decimal, *, least_decimals: int) -> str:
    """A decimal without trailing zeros, but with at least so many decimals: 0.620000 gives "0.62"."""
    whole, _, fraction = format(value, "f").partition(".")
    fraction = fraction.rstrip("0").ljust(least_decimals, "0")
    return f"{whole}.{fraction}" if fraction else whole
