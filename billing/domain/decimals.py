"""Exact decimal texts of whole numbers of a small unit."""


def exact_decimal_text(amount: int, units: int) -> str:
    """`amount` / `units` without trailing zeros: 157500000 / 10^6 is "157.5". `units` is a power of ten."""
    whole, rest = divmod(abs(amount), units)
    text = f"{whole}.{rest:0{len(str(units)) - 1}d}".rstrip("0").rstrip(".")
    return f"-{text}" if amount < 0 else text
