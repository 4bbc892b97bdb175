"""A declared cut of supply and the materials it is about."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class Disruption(models.Model):
    """While it is open, normal drawdowns of its materials stop and rounds ration them.

    `affected_origins` is a sorted list of country codes; `authority` says by what right it is declared.
    """

    class State(models.TextChoices):
        """Proposed until a second person declares it; ended by two people as well."""

        PROPOSED = "proposed"
        OPEN = "open"
        ENDED = "ended"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cause = models.TextField()
    affected_origins = models.JSONField(default=list)
    authority = models.CharField(max_length=200)
    review_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    starts_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    ends_at = models.DateTimeField(null=True, blank=True)
    policy_version = models.ForeignKey(
        "governance.PolicyVersion", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ("-proposed_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "open", "ended"]),
                name="allocations_disruption_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed")
                | Q(starts_at__isnull=False, declared_by__isnull=False, policy_version__isnull=False),
                name="allocations_disruption_declared_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | Q(ends_at__isnull=False, ended_by__isnull=False),
                name="allocations_disruption_ended_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(starts_at__lte=models.F("ends_at")),
                name="allocations_disruption_dates_ordered",
            ),
            models.CheckConstraint(
                condition=Q(declared_by__isnull=True) | ~Q(declared_by=models.F("proposed_by")),
                name="allocations_disruption_second_person",
            ),
        )

    def __str__(self) -> str:
        return f"{self.cause[:60]} ({self.state})"


class DisruptionMaterial(models.Model):
    """One material of a disruption. `is_open` follows the disruption: a material has one open at a time."""

    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="materials")
    material = models.ForeignKey("reserve.Material", on_delete=models.PROTECT, related_name="+")
    is_open = models.BooleanField(default=False)

    class Meta:
        ordering = ("disruption", "material")
        constraints = (
            models.UniqueConstraint(
                fields=["disruption", "material"], name="allocations_disruptionmaterial_named_once"
            ),
            models.UniqueConstraint(
                fields=["material"], condition=Q(is_open=True), name="allocations_disruptionmaterial_one_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.material_id} in {self.disruption_id}"
