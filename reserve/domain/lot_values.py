"""What a lot costs, so that all lots of an order together cost exactly what the order is worth."""

from decimal import Decimal
from fractions import Fraction

from ledger.domain.quantities import cost_cents, round_half_up


def lot_value_cents(*, accepted_before_g: int, net_g: int, price_usd_per_kg: Decimal) -> int:
    """Cents of a lot of `net_g` that is accepted after `accepted_before_g` of the same order.

    Each lot pays the difference of the rounded running totals; rounding every lot by itself could
    add up to more than the order.
    """
    before = cost_cents(quantity_g=accepted_before_g, price_usd_per_kg=price_usd_per_kg)
    after = cost_cents(quantity_g=accepted_before_g + net_g, price_usd_per_kg=price_usd_per_kg)
    return after - before


def lost_value_cents(*, left_cents: int, quantity_g: int, weight_g: int) -> int:
    """Cents that go with `quantity_g` lost of `weight_g`, out of what is left of the lot's cost.

    Losing all that is there takes all that is left, whatever was rounded before.
    """
    return round_half_up(Fraction(left_cents * quantity_g, weight_g))
