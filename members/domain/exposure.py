"""What fixed-price commitments are worth at the market's price."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from ledger.domain.quantities import round_half_up


def exposure_cents(*, open_g: int, fixed_usd_per_kg: Decimal | Fraction, market_usd_per_kg: Decimal) -> int:
    """(market price - fixed price) x what is still to be bought, in cents; negative is the firm's loss.

    Rounded once, a half going away from zero, so that a loss and the same gain are the same figure.
    """
    return round_half_up((Fraction(market_usd_per_kg) - Fraction(fixed_usd_per_kg)) * open_g / 10)


def average_price(parts: Iterable[tuple[int, Decimal]]) -> Fraction:
    """The exact price in USD per kg of grams bought at several prices, each counting by its grams.

    Raises ZeroDivisionError where there are no grams.
    """
    grams = value = Fraction(0)
    for quantity_g, price_usd_per_kg in parts:
        grams += quantity_g
        value += quantity_g * Fraction(price_usd_per_kg)
    return value / grams
