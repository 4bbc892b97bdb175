"""Reads of purchase orders."""

from collections.abc import Iterable

from django.db.models import QuerySet

from reserve.models import PurchaseOrder


def list_purchase_orders(
    *, states: Iterable[str] | None = None, trader_codes: Iterable[str] | None = None
) -> QuerySet[PurchaseOrder]:
    """Orders by number, with trader, material and facility loaded."""
    orders = PurchaseOrder.objects.select_related("trader", "material", "facility").order_by("number")
    if states is not None:
        orders = orders.filter(state__in=set(states))
    if trader_codes is not None:
        orders = orders.filter(trader__code__in=set(trader_codes))
    return orders
