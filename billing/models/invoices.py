"""Invoices and their lines. A final invoice never changes; triggers and checks see to it."""

import uuid

from django.db import models
from django.db.models import F, Q

from billing.models.fee_runs import FeeRun


class InvoiceSeries(models.Model):
    """A series of invoice numbers without gaps; the row is locked while numbers are taken from it."""

    code = models.CharField(max_length=20)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["code"], name="billing_invoiceseries_code_unique"),)

    def __str__(self) -> str:
        return self.code


class Invoice(models.Model):
    """What one firm owes for one month. A draft has no number; a final one has all it prints in `content`.

    `posted_cents` is the part that finalising posts to the firm's receivable; the rest of the total was
    posted before (the up-front fee, when the firm was activated).
    """

    class State(models.TextChoices):
        """A draft may be thrown away with its run; a final invoice stays for ever."""

        DRAFT = "draft"
        FINAL = "final"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fee_run = models.ForeignKey(FeeRun, on_delete=models.PROTECT, related_name="invoices")
    firm = models.ForeignKey("members.Firm", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=5, choices=State.choices, default=State.DRAFT)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="the first day not charged")
    total_cents = models.BigIntegerField()
    posted_cents = models.BigIntegerField()
    series = models.ForeignKey(
        InvoiceSeries, on_delete=models.PROTECT, related_name="invoices", null=True, blank=True
    )
    number = models.PositiveIntegerField(null=True, blank=True)
    issue_date = models.DateField(null=True, blank=True)
    due_date = models.DateField(null=True, blank=True)
    content = models.JSONField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the content's canonical JSON")
    journal_id = models.BigIntegerField(null=True, blank=True, help_text="null where nothing was posted")

    class Meta:
        ordering = ("-ends_on", "firm", "id")
        indexes = (models.Index(fields=["firm", "-ends_on"], name="billing_invoice_of_firm"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["draft", "final"]), name="billing_invoice_state_known"
            ),
            models.UniqueConstraint(fields=["fee_run", "firm"], name="billing_invoice_one_per_firm"),
            models.UniqueConstraint(fields=["series", "number"], name="billing_invoice_number_unique"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="billing_invoice_period_ordered"
            ),
            models.CheckConstraint(
                condition=Q(posted_cents__gte=0, total_cents__gte=F("posted_cents")),
                name="billing_invoice_posted_within_total",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="draft",
                    number__isnull=True,
                    series__isnull=True,
                    issue_date__isnull=True,
                    due_date__isnull=True,
                    content__isnull=True,
                    sha256="",
                    journal_id__isnull=True,
                )
                | Q(
                    state="final",
                    number__gt=0,
                    series__isnull=False,
                    issue_date__isnull=False,
                    due_date__gt=F("issue_date"),
                    content__isnull=False,
                    sha256__regex=r"^[0-9a-f]{64}$",
                ),
                name="billing_invoice_final_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(posted_cents=0, journal_id__isnull=True)
                | Q(posted_cents__gt=0, journal_id__isnull=False),
                name="billing_invoice_final_is_posted",
            ),
        )

    def __str__(self) -> str:
        return f"invoice {self.number or 'draft'} of {self.firm_id}"


class InvoiceLine(models.Model):
    """One amount with what it was calculated from, and in `trace` where that stands in the ledger.

    `rate` is in USD per tonne-day (storage), percent per year (carrying) or basis points (up-front).
    """

    class Kind(models.TextChoices):
        """What is charged."""

        STORAGE = "storage"
        CARRYING = "carrying"
        UPFRONT = "upfront"

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    ordinal = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    material = models.ForeignKey("reserve.Material", on_delete=models.PROTECT, related_name="+")
    facility = models.ForeignKey(
        "reserve.Facility", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    rate_card = models.ForeignKey(
        "billing.RateCard", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    commitment = models.ForeignKey(
        "members.Commitment", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    gram_days = models.BigIntegerField(null=True, blank=True)
    rate = models.DecimalField(max_digits=18, decimal_places=6)
    day_count = models.CharField(max_length=10, blank=True)
    fixed_price_usd_per_kg = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    amount_cents = models.BigIntegerField()
    trace = models.JSONField()

    class Meta:
        ordering = ("invoice", "ordinal")
        constraints = (
            models.UniqueConstraint(fields=["invoice", "ordinal"], name="billing_invoiceline_ordinal_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=["storage", "carrying", "upfront"]),
                name="billing_invoiceline_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="billing_invoiceline_period_ordered"
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__gte=0), name="billing_invoiceline_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(kind="storage", facility__isnull=False, rate_card__isnull=False, gram_days__gt=0)
                | Q(kind="carrying", commitment__isnull=False, gram_days__gt=0)
                | Q(kind="upfront", commitment__isnull=False),
                name="billing_invoiceline_kind_is_complete",
            ),
            models.UniqueConstraint(
                fields=["commitment"], condition=Q(kind="upfront"), name="billing_invoiceline_upfront_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_cents} of {self.invoice_id}"
