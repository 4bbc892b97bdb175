"""Taking material out, and bringing it back."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from allocations.models.rounds import Award

STATES = ["submitted", "refused", "reserved", "released", "delivered", "withdrawn", "expired"]


class Drawdown(models.Model):
    """One firm's taking of one material: asked for in normal times, or awarded by a round.

    `granted_g` is what was reserved, from the own position (`own_g`), unattributed stock and other
    firms' positions (`borrowed_g`). `transfers` are the pending transfers that reserve it.
    """

    class Mode(models.TextChoices):
        """On loan, or bought at the fixed price."""

        EXCHANGE = "exchange"
        PURCHASE = "purchase"

    class State(models.TextChoices):
        """The life cycle; `allocations.domain.life_cycle` says which step leads where."""

        SUBMITTED = "submitted"
        REFUSED = "refused"
        RESERVED = "reserved"
        RELEASED = "released"
        DELIVERED = "delivered"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    firm = models.ForeignKey("members.Firm", on_delete=models.PROTECT, related_name="+")
    material = models.ForeignKey("reserve.Material", on_delete=models.PROTECT, related_name="+")
    award = models.OneToOneField(
        Award, on_delete=models.PROTECT, related_name="drawdown", null=True, blank=True
    )
    mode = models.CharField(max_length=10, choices=Mode.choices)
    quantity_g = models.BigIntegerField()
    minimum_g = models.BigIntegerField(default=0)
    granted_g = models.BigIntegerField(default=0)
    own_g = models.BigIntegerField(default=0)
    unattributed_g = models.BigIntegerField(default=0)
    borrowed_g = models.BigIntegerField(default=0)
    facility = models.ForeignKey(
        "reserve.Facility", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    needed_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    policy_version = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    facilities = models.JSONField(default=list, help_text="from where: facility code and grams as text")
    transfers = models.JSONField(default=list, help_text="numbers of the pending transfers, in order")
    reserved_at = models.DateTimeField(null=True, blank=True, help_text="when the reservation takes effect")
    delivered_at = models.DateTimeField(null=True, blank=True)
    price_cents = models.BigIntegerField(null=True, blank=True, help_text="what a purchase cost")
    due_on = models.DateField(null=True, blank=True, help_text="by when it must be back")
    replenished_g = models.BigIntegerField(default=0)
    returned_to_lenders_g = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("-submitted_at", "id")
        indexes = (models.Index(fields=["firm", "material", "state"], name="allocations_drawdown_by_firm"),)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=STATES), name="allocations_drawdown_state_known"),
            models.CheckConstraint(
                condition=Q(mode__in=["exchange", "purchase"]), name="allocations_drawdown_mode_known"
            ),
            models.CheckConstraint(
                condition=Q(quantity_g__gt=0), name="allocations_drawdown_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(minimum_g__gte=0, minimum_g__lte=F("quantity_g")),
                name="allocations_drawdown_minimum_within",
            ),
            models.CheckConstraint(
                condition=Q(granted_g__gte=0, granted_g__lte=F("quantity_g")),
                name="allocations_drawdown_granted_within",
            ),
            models.CheckConstraint(
                condition=Q(
                    own_g__gte=0,
                    unattributed_g__gte=0,
                    borrowed_g__gte=0,
                    granted_g=F("own_g") + F("unattributed_g") + F("borrowed_g"),
                ),
                name="allocations_drawdown_sources_add_up",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["reserved", "released", "delivered"])
                | Q(granted_g__gt=0, reserved_at__isnull=False),
                name="allocations_drawdown_reserved_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False),
                name="allocations_drawdown_delivered_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(delivered_at__gte=F("reserved_at")),
                name="allocations_drawdown_delivered_once_reserved",
            ),
            models.CheckConstraint(
                condition=Q(replenished_g__gte=0, replenished_g__lte=F("granted_g")),
                name="allocations_drawdown_replenished_within",
            ),
            models.CheckConstraint(
                condition=Q(returned_to_lenders_g__gte=0, returned_to_lenders_g__lte=F("borrowed_g")),
                name="allocations_drawdown_returned_within",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity_g} g of {self.material_id} by {self.firm_id} ({self.state})"

    @property
    def outstanding_g(self) -> int:
        """Grams taken or promised and not brought back."""
        return self.granted_g - self.replenished_g


class DrawdownTransition(models.Model):
    """One step of a drawdown: who took it, when and why. The first has no `from_state`."""

    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="transitions")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    reason = models.TextField(blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("drawdown", "id")

    def __str__(self) -> str:
        return f"{self.from_state or 'nothing'} to {self.to_state}"


class Replenishment(models.Model):
    """What one accepted lot brought back for one drawdown. A lot brings back once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    drawdown = models.ForeignKey(Drawdown, on_delete=models.PROTECT, related_name="replenishments")
    lot = models.ForeignKey("reserve.Lot", on_delete=models.PROTECT, related_name="+")
    quantity_g = models.BigIntegerField()
    to_lenders_g = models.BigIntegerField()
    to_unattributed_g = models.BigIntegerField()
    to_position_g = models.BigIntegerField()
    effective_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    journal_id = models.BigIntegerField()

    class Meta:
        ordering = ("effective_at", "id")
        constraints = (
            models.UniqueConstraint(fields=["lot"], name="allocations_replenishment_lot_used_once"),
            models.CheckConstraint(
                condition=Q(
                    quantity_g__gt=0,
                    to_lenders_g__gte=0,
                    to_unattributed_g__gte=0,
                    to_position_g__gte=0,
                    quantity_g=F("to_lenders_g") + F("to_unattributed_g") + F("to_position_g"),
                ),
                name="allocations_replenishment_adds_up",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity_g} g for {self.drawdown_id}"
