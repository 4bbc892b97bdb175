"""What a fixed-price commitment is worth at the market's price."""

from decimal import Decimal
from fractions import Fraction

from ledger.domain.quantities import round_half_up


def exposure_cents(*, open_g: int, fixed_usd_per_kg: Decimal, market_usd_per_kg: Decimal) -> int:
    """(market price - fixed price) x what is still to be bought, in cents; negative is the firm's loss.

    Rounded once, a half going away from zero, so that a loss and the same gain are the same figure.
    """
    return round_half_up((Fraction(market_usd_per_kg) - Fraction(fixed_usd_per_kg)) * open_g / 10)
