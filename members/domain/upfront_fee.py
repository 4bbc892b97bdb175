"""The up-front fee on a commitment."""

from decimal import Decimal
from fractions import Fraction

from ledger.domain.quantities import round_half_up

BASIS_POINTS = 10_000


def upfront_fee_cents(*, quantity_g: int, fixed_price_usd_per_kg: Decimal, basis_points: int) -> int:
    """Basis points of quantity x fixed price, exact, then rounded once half-up to the cent."""
    value_cents = Fraction(quantity_g, 1000) * Fraction(fixed_price_usd_per_kg) * 100
    return round_half_up(value_cents * basis_points / BASIS_POINTS)
