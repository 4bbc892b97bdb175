"""What a facility charges for storage, and from when to when."""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q


class RateCard(models.Model):
    """The price of a tonne-day in one facility for one storage class, until `ends_on` (not charged any more).

    Only an active card counts, and two active cards of a facility and class never cover the same day.
    What a card says is frozen: the service role may change only its end and its approval.
    """

    class State(models.TextChoices):
        """A proposed card becomes active when a second person approves it, and else never counts."""

        PROPOSED = "proposed"
        ACTIVE = "active"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey("reserve.Facility", on_delete=models.PROTECT, related_name="+")
    storage_class = models.CharField(max_length=40)
    usd_per_tonne_day = models.DecimalField(max_digits=18, decimal_places=6)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposal = models.OneToOneField("governance.Proposal", on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("facility", "storage_class", "starts_on")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "active"]), name="billing_ratecard_state_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="billing_ratecard_term_ordered",
            ),
            models.CheckConstraint(
                condition=Q(usd_per_tonne_day__gte=0), name="billing_ratecard_price_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="billing_ratecard_active_is_approved",
            ),
            models.CheckConstraint(
                condition=~Q(approved_by=F("proposed_by")), name="billing_ratecard_second_person"
            ),
            ExclusionConstraint(
                name="billing_ratecard_no_overlap",
                expressions=[
                    ("facility", RangeOperators.EQUAL),
                    ("storage_class", RangeOperators.EQUAL),
                    (
                        Func("starts_on", "ends_on", function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state="active"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.facility_id} {self.storage_class} from {self.starts_on}"
