"""Allocation rounds: what firms asked for, what was frozen at the close, and what each was awarded."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from allocations.models.disruptions import Disruption


class Round(models.Model):
    """One division of the pools of a disruption's materials.

    Everything the result depends on is frozen at the close (`RoundSnapshot`) with its SHA-256;
    `result_sha256` is the hash of what the kernels made of it. Both can be computed again.
    """

    class State(models.TextChoices):
        """Open for requests; then, with its snapshot, until the job has computed it; settled by two.

        A voided round grants nothing; whatever it came to stays on record.
        """

        OPEN = "open"
        COMPUTING = "computing"
        COMPUTED = "computed"
        SETTLED = "settled"
        VOIDED = "voided"

    FINISHED = (State.SETTLED, State.VOIDED)
    """States that a round doesn't leave; the disruption goes on to its next round or ends."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    disruption = models.ForeignKey(Disruption, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    rule = models.CharField(max_length=20)
    rounding = models.CharField(max_length=20)
    minimum_policy = models.CharField(max_length=20)
    policy_version = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField(help_text="the last instant before which requests are taken")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    early_close_reason = models.TextField(blank=True)
    snapshot_sha256 = models.CharField(max_length=64, blank=True)
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    computed_at = models.DateTimeField(null=True, blank=True)
    result_sha256 = models.CharField(max_length=64, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("disruption", "number")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["open", "computing", "computed", "settled", "voided"]),
                name="allocations_round_state_known",
            ),
            models.UniqueConstraint(fields=["disruption", "number"], name="allocations_round_number_unique"),
            models.UniqueConstraint(
                fields=["disruption"],
                condition=~Q(state__in=["settled", "voided"]),
                name="allocations_round_one_unsettled",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "voided"]) | ~Q(snapshot_sha256=""),
                name="allocations_round_closed_has_snapshot",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "computing", "voided"])
                | (~Q(result_sha256="") & Q(computed_at__isnull=False)),
                name="allocations_round_computed_has_result",
            ),
            models.CheckConstraint(
                condition=~Q(state="settled") | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="allocations_round_settled_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state="voided")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
                name="allocations_round_voided_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__lt=models.F("closes_at")), name="allocations_round_window_ordered"
            ),
        )

    def __str__(self) -> str:
        return f"round {self.number} of {self.disruption_id}"

    @property
    def snapshot(self) -> str:
        """The frozen text; empty before the close, and for whoever doesn't work for the reserve."""
        kept: RoundSnapshot | None = getattr(self, "kept_snapshot", None)
        return kept.text if kept is not None else ""


class RoundSnapshot(models.Model):
    """The canonical JSON text that a round is computed from. All firms' figures are in it.

    In a table of its own, because firms may read a round and none of them may read this.
    """

    round = models.OneToOneField(
        Round, on_delete=models.PROTECT, primary_key=True, related_name="kept_snapshot"
    )
    text = models.TextField()

    def __str__(self) -> str:
        return f"snapshot of {self.round_id}"


class RoundRequest(models.Model):
    """What one firm asks for of one material; sending it again before the cut-off replaces it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="requests")
    firm = models.ForeignKey("members.Firm", on_delete=models.PROTECT, related_name="+")
    material = models.ForeignKey("reserve.Material", on_delete=models.PROTECT, related_name="+")
    quantity_g = models.BigIntegerField()
    minimum_g = models.BigIntegerField(default=0)
    event = models.TextField(help_text="what happened to the firm's supply")
    impact = models.TextField(help_text="what it means for the firm")
    other_sources = models.TextField(help_text="why no other source serves")
    expected_duration_days = models.PositiveIntegerField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    amendment = models.PositiveIntegerField(default=0, help_text="how often it was replaced")

    class Meta:
        ordering = ("round", "material", "firm")
        constraints = (
            models.UniqueConstraint(
                fields=["round", "firm", "material"], name="allocations_roundrequest_one_per_firm"
            ),
            models.CheckConstraint(
                condition=Q(quantity_g__gt=0), name="allocations_roundrequest_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(minimum_g__gte=0, minimum_g__lte=models.F("quantity_g")),
                name="allocations_roundrequest_minimum_within",
            ),
            models.CheckConstraint(
                condition=Q(expected_duration_days__gt=0), name="allocations_roundrequest_duration_positive"
            ),
        )

    def __str__(self) -> str:
        return f"{self.firm_id} asks {self.quantity_g} g of {self.material_id}"


class RoundMaterial(models.Model):
    """What came out for one material as a whole. `level` is an exact fraction as text.

    `disclosure` says how much of this a firm may be told without learning another's figures.
    """

    class Disclosure(models.TextChoices):
        """Everything; the level without totals; or nothing but a firm's own figures."""

        FULL = "full"
        LEVEL = "level"
        OWN = "own"

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="outcomes")
    material = models.ForeignKey("reserve.Material", on_delete=models.PROTECT, related_name="+")
    pool_g = models.BigIntegerField()
    requested_g = models.BigIntegerField()
    claimed_g = models.BigIntegerField()
    granted_g = models.BigIntegerField()
    level = models.TextField(blank=True, help_text="empty where everybody got the claim")
    firms = models.PositiveIntegerField()
    disclosure = models.CharField(max_length=5, choices=Disclosure.choices)
    is_coarse = models.BooleanField(help_text="the pool is under 25 allocation units per firm")

    class Meta:
        ordering = ("round", "material")
        constraints = (
            models.UniqueConstraint(fields=["round", "material"], name="allocations_roundmaterial_one"),
            models.CheckConstraint(
                condition=Q(disclosure__in=["full", "level", "own"]),
                name="allocations_roundmaterial_disclosure_known",
            ),
            models.CheckConstraint(
                condition=Q(granted_g__gte=0, granted_g__lte=models.F("pool_g")),
                name="allocations_roundmaterial_within_pool",
            ),
            models.CheckConstraint(
                condition=Q(granted_g__lte=models.F("claimed_g"), claimed_g__lte=models.F("requested_g")),
                name="allocations_roundmaterial_within_claims",
            ),
        )

    def __str__(self) -> str:
        return f"{self.granted_g} of {self.pool_g} g of {self.material_id}"


class Award(models.Model):
    """What a round granted one firm of one material, with its explanation and its certificate.

    `file` is what the firm gets to recompute it: its own line, the terms and the certificate.
    An award never changes; what becomes of it stands in the drawdown that it settles into.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="awards")
    firm = models.ForeignKey("members.Firm", on_delete=models.PROTECT, related_name="+")
    material = models.ForeignKey("reserve.Material", on_delete=models.PROTECT, related_name="+")
    requested_g = models.BigIntegerField()
    claimed_g = models.BigIntegerField()
    quantity_g = models.BigIntegerField()
    exact_g = models.TextField(help_text="the share before rounding, as an integer or p/q")
    reason = models.CharField(max_length=24)
    explanation = models.JSONField()
    file = models.JSONField()

    class Meta:
        ordering = ("round", "material", "firm")
        indexes = (models.Index(fields=["firm", "round"], name="allocations_award_by_firm"),)
        constraints = (
            models.UniqueConstraint(
                fields=["round", "firm", "material"], name="allocations_award_one_per_firm"
            ),
            models.CheckConstraint(
                condition=Q(quantity_g__gte=0, quantity_g__lte=models.F("claimed_g")),
                name="allocations_award_within_claim",
            ),
            models.CheckConstraint(
                condition=Q(claimed_g__gte=0, claimed_g__lte=models.F("requested_g")),
                name="allocations_award_claim_within_request",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity_g} g of {self.material_id} to {self.firm_id}"
