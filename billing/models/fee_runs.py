"""One month's fees of every firm, from draft to final."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class FeeRun(models.Model):
    """The fees of one month. What was committed when it was started counts, and nothing that came later:
    `known_snapshot` says what that was, `known_at` when.

    A run that was discarded leaves the month free for one of the next version.
    """

    class State(models.TextChoices):
        """Drafting is done by a job; finalising by a second person."""

        DRAFTING = "drafting"
        DRAFTED = "drafted"
        FINALISED = "finalised"
        DISCARDED = "discarded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    month = models.DateField(help_text="its first day")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFTING)
    policy_version = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    known_at = models.DateTimeField()
    known_snapshot = models.TextField(help_text="PostgreSQL's snapshot at the start, as text")
    started_in = models.BigIntegerField(help_text="the number of the transaction that started it")
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finalised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    finalised_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    discarded_at = models.DateTimeField(null=True, blank=True)
    discard_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-month", "-version")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["drafting", "drafted", "finalised", "discarded"]),
                name="billing_feerun_state_known",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="billing_feerun_month_is_first_day"),
            models.UniqueConstraint(fields=["month", "version"], name="billing_feerun_month_version"),
            models.UniqueConstraint(
                fields=["month"], condition=~Q(state="discarded"), name="billing_feerun_one_per_month"
            ),
            models.CheckConstraint(
                condition=~Q(state="finalised") | Q(finalised_by__isnull=False, finalised_at__isnull=False),
                name="billing_feerun_finalised_is_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state="discarded") | (Q(discarded_by__isnull=False) & ~Q(discard_reason="")),
                name="billing_feerun_discarded_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} version {self.version}"


class FeeRunFirm(models.Model):
    """One firm in a run's scope, which is fixed when the run starts, and how far the run is with it."""

    class State(models.TextChoices):
        """A firm that owes nothing gets no invoice."""

        PENDING = "pending"
        INVOICED = "invoiced"
        NOTHING_DUE = "nothing_due"

    fee_run = models.ForeignKey(FeeRun, on_delete=models.PROTECT, related_name="firms")
    firm = models.ForeignKey("members.Firm", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PENDING)

    class Meta:
        ordering = ("fee_run", "firm")
        constraints = (
            models.UniqueConstraint(fields=["fee_run", "firm"], name="billing_feerunfirm_once"),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "invoiced", "nothing_due"]),
                name="billing_feerunfirm_state_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.fee_run_id} {self.firm_id} {self.state}"


class FeeRunException(models.Model):
    """Something a person has to look at before the run is finalised; a blocking one forbids it."""

    class Code(models.TextChoices):
        """What is wrong, or may be."""

        MISSING_RATE = "missing_rate"
        MISSING_FIXED_PRICE = "missing_fixed_price"
        HOLDING_BELOW_ZERO = "holding_below_zero"
        NOT_CALCULABLE = "not_calculable"
        LARGE_CHANGE = "large_change"

    fee_run = models.ForeignKey(FeeRun, on_delete=models.CASCADE, related_name="exceptions")
    firm = models.ForeignKey("members.Firm", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=24, choices=Code.choices)
    material = models.ForeignKey(
        "reserve.Material", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    facility = models.ForeignKey(
        "reserve.Facility", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    message = models.TextField()
    is_blocking = models.BooleanField()

    class Meta:
        ordering = ("fee_run", "firm", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    code__in=[
                        "missing_rate",
                        "missing_fixed_price",
                        "holding_below_zero",
                        "not_calculable",
                        "large_change",
                    ]
                ),
                name="billing_feerunexception_code_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.firm_id}"
