"""What a purchase from the reserve costs: the firm's fixed price."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from ledger.domain.quantities import round_half_up


def purchase_cents(*, quantity_g: int, commitments: Sequence[tuple[int, Decimal]]) -> int:
    """Cents for a quantity at the average fixed price of `commitments` (grams, USD per kg).

    The average is weighted by quantity and exact; the cost is rounded once, half-up to the cent.
    Raises ValueError where nothing is committed.
    """
    committed_g = sum(grams for grams, _ in commitments)
    if committed_g == 0:
        raise ValueError("a price needs a commitment")
    value = sum((Fraction(price) * grams for grams, price in commitments), start=Fraction(0))
    return round_half_up(Fraction(quantity_g, 1000) * value / committed_g * 100)
