"""What was counted against what the book says, and what was lost."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from reserve.models.facilities import Facility
from reserve.models.lot_steps import LotMove
from reserve.models.lots import Lot
from reserve.models.materials import Material


class StockCount(models.Model):
    """A physical count of one material in one facility, against the book as of the count's moment.

    What moves after `counted_at` changes neither side, so it can't falsify the difference.
    """

    class State(models.TextChoices):
        """Only a count beyond the tolerance waits for an adjustment."""

        WITHIN_TOLERANCE = "within_tolerance"
        DIFFERS = "differs"
        ADJUSTED = "adjusted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="stock_counts")
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="stock_counts")
    counted_g = models.BigIntegerField()
    book_g = models.BigIntegerField()
    counted_at = models.DateTimeField()
    note = models.TextField(blank=True)
    policy_version = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State.choices)
    adjusted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    adjusted_at = models.DateTimeField(null=True, blank=True)
    adjustment_journal_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("counted_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["facility", "material", "counted_at"], name="reserve_stockcount_one_per_moment"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["within_tolerance", "differs", "adjusted"]),
                name="reserve_stockcount_state_known",
            ),
            models.CheckConstraint(
                condition=Q(counted_g__gte=0, book_g__gte=0), name="reserve_stockcount_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(state="adjusted")
                | Q(
                    adjusted_by__isnull=False, adjusted_at__isnull=False, adjustment_journal_id__isnull=False
                ),
                name="reserve_stockcount_adjusted_is_complete",
            ),
        )

    def __str__(self) -> str:
        return f"{self.counted_g} g at {self.facility_id}"

    @property
    def difference_g(self) -> int:
        """Counted less book: below zero when something is missing."""
        return self.counted_g - self.book_g


class StockLoss(models.Model):
    """Stock that two people wrote off: of a lot, of a move that arrived short, or of a count."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="losses", null=True, blank=True)
    move = models.OneToOneField(LotMove, on_delete=models.PROTECT, related_name="loss", null=True, blank=True)
    stock_count = models.OneToOneField(
        StockCount, on_delete=models.PROTECT, related_name="loss", null=True, blank=True
    )
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="losses")
    quantity_g = models.BigIntegerField()
    value_cents = models.BigIntegerField()
    reason = models.TextField()
    proposal = models.OneToOneField("governance.Proposal", on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    effective_at = models.DateTimeField()
    journal_id = models.BigIntegerField()

    class Meta:
        ordering = ("effective_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(quantity_g__gt=0, value_cents__gte=0), name="reserve_stockloss_positive"
            ),
            models.CheckConstraint(
                condition=Q(stock_count__isnull=True, lot__isnull=False)
                | Q(stock_count__isnull=False, lot__isnull=True, move__isnull=True),
                name="reserve_stockloss_one_cause",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity_g} g of {self.material_id}"
