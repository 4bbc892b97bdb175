"""What a lot costs, so that all lots of an order together cost exactly what the order is worth."""

from decimal import Decimal

from ledger.domain.quantities import cost_cents


def lot_value_cents(*, accepted_before_g: int, net_g: int, price_usd_per_kg: Decimal) -> int:
    """Cents of a lot of `net_g` that is accepted after `accepted_before_g` of the same order.

    Each lot pays the difference of the rounded running totals; rounding every lot by itself could
    add up to more than the order.
    """
    before = cost_cents(quantity_g=accepted_before_g, price_usd_per_kg=price_usd_per_kg)
    after = cost_cents(quantity_g=accepted_before_g + net_g, price_usd_per_kg=price_usd_per_kg)
    return after - before
