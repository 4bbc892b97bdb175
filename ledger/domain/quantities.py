"""Mass and money as integers, and their decimal texts. No binary floating point anywhere.

Mass is an integer number of grams, written in kilograms; money an integer number of cents, written
in US dollars.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from ledger.errors import MalformedQuantity, QuantityOutOfRange, TooManyDecimals

LARGEST_AMOUNT = 2**63 - 1
"""The largest number of grams or cents one amount can be (a signed 64-bit integer)."""

_DECIMAL = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?", re.ASCII)
_LONGEST_TEXT = 64
_KG_DECIMALS = 3
_USD_DECIMALS = 2


def parse_kg(text: object, *, field: str) -> int:
    """Grams of a decimal text in kilograms, such as "412.5".

    Raises MalformedQuantity, TooManyDecimals or QuantityOutOfRange, naming `field`. Zero is allowed.
    """
    return _parse(text, field=field, decimals=_KG_DECIMALS)


def format_kg(grams: int) -> str:
    """Kilograms as a decimal text without trailing zeros: 412500 gives "412.5"."""
    return _format(grams, decimals=_KG_DECIMALS).rstrip("0").rstrip(".")


def parse_usd(text: object, *, field: str) -> int:
    """Cents of a decimal text in US dollars, such as "1234.50".

    Raises MalformedQuantity, TooManyDecimals or QuantityOutOfRange, naming `field`. Zero is allowed.
    """
    return _parse(text, field=field, decimals=_USD_DECIMALS)


def format_usd(cents: int) -> str:
    """US dollars as a decimal text with two decimals: 123450 gives "1234.50"."""
    return _format(cents, decimals=_USD_DECIMALS)


def cost_cents(*, quantity_g: int, price_usd_per_kg: Decimal) -> int:
    """Cost of a quantity in cents: exact, then rounded once, half-up."""
    usd = Fraction(quantity_g, 1000) * Fraction(price_usd_per_kg)
    return round_half_up(usd * 100)


def round_half_up(value: Fraction) -> int:
    """The nearest integer; a half goes away from zero, so that a credit mirrors its charge."""
    magnitude = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return magnitude if value >= 0 else -magnitude


def share_by_largest_remainder(*, total: int, weights: Sequence[int]) -> list[int]:
    """Integer shares of `total` in proportion to `weights`, adding up to it exactly.

    Each share is rounded down, then the units left go one each to the largest remainders; of equal
    remainders the first in order wins (Hamilton's method). A negative total mirrors the positive one.
    Raises ValueError for negative weights, or when all are zero and there is something to share.
    """
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    whole = sum(weights)
    if whole == 0:
        if total:
            raise ValueError("nobody has a weight, so nothing can be shared")
        return [0] * len(weights)
    parts = [divmod(abs(total) * weight, whole) for weight in weights]
    shares = [quotient for quotient, _ in parts]
    by_remainder = sorted(range(len(parts)), key=lambda index: -parts[index][1])
    for index in by_remainder[: abs(total) - sum(shares)]:
        shares[index] += 1
    return shares if total >= 0 else [-share for share in shares]


def _parse(text: object, *, field: str, decimals: int) -> int:
    matched = _DECIMAL.fullmatch(text) if isinstance(text, str) else None
    if matched is None:
        raise MalformedQuantity('Send a decimal number as text, such as "412.5".', field=field)
    sign, whole, fraction = matched[1], matched[2], matched[3] or ""
    if len(fraction) > decimals:
        raise TooManyDecimals(f"At most {decimals} decimals.", field=field, decimals=decimals)
    # The length is looked at first: turning a text of a million digits into a number takes minutes.
    amount = int(whole + fraction.ljust(decimals, "0")) if len(whole) <= _LONGEST_TEXT else -1
    if sign and amount:
        amount = -1
    if not 0 <= amount <= LARGEST_AMOUNT:
        raise QuantityOutOfRange("The number is negative or too large.", field=field)
    return amount


def _format(amount: int, *, decimals: int) -> str:
    whole, fraction = divmod(abs(amount), 10**decimals)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole}.{fraction:0{decimals}d}"
