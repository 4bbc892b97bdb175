"""What was ordered."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reserve.models.facilities import Facility
from reserve.models.materials import Material
from reserve.models.traders import Trader


class PurchaseOrder(models.Model):
    """An order of one material from one trader to one facility.

    `delivered_g` counts lots in quarantine and accepted, `accepted_g` accepted ones only. The order
    keeps `value_cents` of the funding's headroom; each accepted lot takes its part out of that.
    """

    class State(models.TextChoices):
        """An open order may still be delivered on; a closed one keeps no funding."""

        OPEN = "open"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20)
    trader = models.ForeignKey(Trader, on_delete=models.PROTECT, related_name="purchase_orders")
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="purchase_orders")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="purchase_orders")
    quantity_g = models.BigIntegerField()
    price_usd_per_kg = models.DecimalField(max_digits=18, decimal_places=6)
    currency = models.CharField(max_length=3, default="USD")
    value_cents = models.BigIntegerField()
    assay_element = models.CharField(max_length=20)
    assay_percent = models.DecimalField(max_digits=9, decimal_places=6)
    window_from = models.DateField()
    window_until = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    delivered_g = models.BigIntegerField(default=0)
    accepted_g = models.BigIntegerField(default=0)
    closed_reason = models.TextField(blank=True)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["number"], name="reserve_purchaseorder_number_unique"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "closed"]), name="reserve_purchaseorder_state_known"
            ),
            models.CheckConstraint(
                condition=Q(quantity_g__gt=0), name="reserve_purchaseorder_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(price_usd_per_kg__gt=0), name="reserve_purchaseorder_price_positive"
            ),
            models.CheckConstraint(
                condition=Q(value_cents__gt=0), name="reserve_purchaseorder_value_positive"
            ),
            models.CheckConstraint(
                condition=Q(assay_percent__gt=0, assay_percent__lte=100),
                name="reserve_purchaseorder_assay_is_percent",
            ),
            models.CheckConstraint(condition=Q(currency="USD"), name="reserve_purchaseorder_currency_is_usd"),
            models.CheckConstraint(
                condition=Q(window_from__lte=F("window_until")), name="reserve_purchaseorder_window_ordered"
            ),
            models.CheckConstraint(
                condition=Q(delivered_g__gte=0, delivered_g__lte=F("quantity_g")),
                name="reserve_purchaseorder_delivered_within_order",
            ),
            models.CheckConstraint(
                condition=Q(accepted_g__gte=0, accepted_g__lte=F("delivered_g")),
                name="reserve_purchaseorder_accepted_within_delivered",
            ),
        )

    def __str__(self) -> str:
        return self.number
