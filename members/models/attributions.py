"""How accepted stock became members' positions."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from members.models.firms import Firm


class AttributionRun(models.Model):
    """One sharing out of unattributed stock. The same `run_key` never shares out twice."""

    class Rule(models.TextChoices):
        """How stock is divided over open commitments."""

        PRO_RATA_UNFILLED = "pro_rata_unfilled"
        OLDEST_FIRST = "oldest_first"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run_key = models.CharField(max_length=100)
    material_codes = models.JSONField(help_text="sorted codes of the materials that were asked for")
    rule = models.CharField(max_length=20, choices=Rule.choices)
    policy_version = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    effective_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("recorded_at", "id")
        constraints = (
            models.UniqueConstraint(fields=["run_key"], name="members_attributionrun_key_unique"),
            models.CheckConstraint(
                condition=Q(rule__in=["pro_rata_unfilled", "oldest_first"]),
                name="members_attributionrun_rule_known",
            ),
        )

    def __str__(self) -> str:
        return self.run_key


class AttributionLine(models.Model):
    """What one firm got of one material in one run, and the journal that says so."""

    run = models.ForeignKey(AttributionRun, on_delete=models.PROTECT, related_name="lines")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="attribution_lines")
    material = models.ForeignKey("reserve.Material", on_delete=models.PROTECT, related_name="+")
    quantity_g = models.BigIntegerField()
    journal_id = models.BigIntegerField()

    class Meta:
        ordering = ("run", "material", "firm")
        constraints = (
            models.UniqueConstraint(
                fields=["run", "firm", "material"], name="members_attributionline_one_per_firm"
            ),
            models.CheckConstraint(
                condition=Q(quantity_g__gt=0), name="members_attributionline_quantity_positive"
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity_g} g to {self.firm_id}"
