"""What happens to a lot after its acceptance: moves, stops and new assays."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reserve.models.facilities import Facility
from reserve.models.lots import Lot, LotDocument


class LotMove(models.Model):
    """A lot on its way from one facility to another. Between departure and arrival it counts nowhere."""

    class State(models.TextChoices):
        """What didn't arrive stays open as `short` until two people have written it off."""

        DEPARTED = "departed"
        SHORT = "short"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="moves")
    from_facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    to_facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="+")
    departed_g = models.BigIntegerField()
    departed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    departed_at = models.DateTimeField()
    departure_journal_id = models.BigIntegerField()
    arrived_g = models.BigIntegerField(null=True, blank=True)
    arrived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    arrived_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DEPARTED)

    class Meta:
        ordering = ("departed_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["lot"], condition=Q(state="departed"), name="reserve_lotmove_one_under_way"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["departed", "short", "closed"]), name="reserve_lotmove_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(from_facility=F("to_facility")), name="reserve_lotmove_two_places"
            ),
            models.CheckConstraint(condition=Q(departed_g__gt=0), name="reserve_lotmove_departed_positive"),
            models.CheckConstraint(
                condition=Q(state="departed", arrived_g__isnull=True)
                | Q(
                    state__in=["short", "closed"],
                    arrived_g__gte=0,
                    arrived_g__lte=F("departed_g"),
                    arrived_at__isnull=False,
                ),
                name="reserve_lotmove_arrived_within",
            ),
        )

    def __str__(self) -> str:
        return f"{self.lot_id}: {self.departed_g} g to {self.to_facility_id}"

    @property
    def lacking_g(self) -> int:
        """Grams that left and haven't arrived: all while it is under way, none once written off."""
        if self.state == self.State.CLOSED:
            return 0
        return self.departed_g - (self.arrived_g or 0)


class LotStop(models.Model):
    """A suspicious lot was put back into quarantine; a second person releases it, or it is written off.

    `quantity_g` is what was still there to be put aside: draws name no lot, so it can be less than the lot.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="stops")
    quantity_g = models.BigIntegerField()
    reason = models.TextField()
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField()
    journal_id = models.BigIntegerField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("stopped_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["lot"], condition=Q(released_at__isnull=True), name="reserve_lotstop_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(quantity_g=0, journal_id__isnull=True)
                | Q(quantity_g__gt=0, journal_id__isnull=False),
                name="reserve_lotstop_moved_what_it_says",
            ),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("stopped_by")),
                name="reserve_lotstop_released_by_other",
            ),
        )

    def __str__(self) -> str:
        return f"{self.lot_id}: {self.reason}"


class LotAssay(models.Model):
    """A later assay of a lot, and the one it replaced."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="assays")
    assayed_on = models.DateField()
    element = models.CharField(max_length=20)
    percent = models.DecimalField(max_digits=9, decimal_places=6)
    replaced_element = models.CharField(max_length=20)
    replaced_percent = models.DecimalField(max_digits=9, decimal_places=6)
    document = models.OneToOneField(LotDocument, on_delete=models.PROTECT, related_name="assay")
    is_within_tolerance = models.BooleanField()
    policy_version = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("recorded_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="reserve_lotassay_is_percent"
            ),
        )

    def __str__(self) -> str:
        return f"{self.element} {self.percent}"
