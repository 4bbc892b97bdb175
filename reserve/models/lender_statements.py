"""What the lender says about a loan, as it was sent, and where it differs from our book."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from reserve.domain.lender_statements import Cause, LineKind
from reserve.models.funding import FundingTranche

LINE_KINDS = [(kind.value, kind.value) for kind in LineKind]


class LenderStatement(models.Model):
    """One file of the lender's about one tranche."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tranche = models.ForeignKey(FundingTranche, on_delete=models.PROTECT, related_name="statements")
    sha256 = models.CharField(max_length=64)
    starts_on = models.DateField()
    ends_on = models.DateField()
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ("imported_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["tranche", "sha256"], name="reserve_lenderstatement_imported_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")), name="reserve_lenderstatement_days_ordered"
            ),
        )

    def __str__(self) -> str:
        return f"{self.tranche_id}: {self.starts_on} to {self.ends_on}"


class LenderStatementLine(models.Model):
    """One line of it."""

    statement = models.ForeignKey(LenderStatement, on_delete=models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField()
    day = models.DateField()
    kind = models.CharField(max_length=20, choices=LINE_KINDS)
    amount_cents = models.BigIntegerField()
    principal_cents = models.BigIntegerField()
    reference = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        ordering = ("row",)
        constraints = (
            models.UniqueConstraint(fields=["statement", "row"], name="reserve_lenderstatementline_row_once"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind for kind, _ in LINE_KINDS]),
                name="reserve_lenderstatementline_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gte=0) & Q(principal_cents__gte=0),
                name="reserve_lenderstatementline_not_negative",
            ),
        )

    def __str__(self) -> str:
        return f"row {self.row}: {self.kind} {self.amount_cents}"


class LenderFinding(models.Model):
    """A difference between statement and book. It stands until a person clears it, with a reason."""

    statement = models.ForeignKey(LenderStatement, on_delete=models.PROTECT, related_name="findings")
    row = models.PositiveIntegerField(null=True, blank=True)
    day = models.DateField()
    kind = models.CharField(max_length=20, choices=LINE_KINDS)
    cause = models.CharField(max_length=25, choices=[(cause.value, cause.value) for cause in Cause])
    lender_cents = models.BigIntegerField(null=True, blank=True)
    book_cents = models.BigIntegerField(null=True, blank=True)
    found_at = models.DateTimeField()
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_reason = models.TextField(max_length=2000, blank=True, default="", db_default="")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["statement", "day", "kind", "cause", "lender_cents", "book_cents"],
                name="reserve_lenderfinding_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(cleared_at__isnull=True, cleared_by__isnull=True, cleared_reason="")
                | (Q(cleared_at__isnull=False, cleared_by__isnull=False) & ~Q(cleared_reason="")),
                name="reserve_lenderfinding_cleared_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.kind}: {self.cause}"
