"""What happens to a loan once it is agreed: rates, accruals, payments, corrections; and the ceiling."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from governance.models import Proposal
from reserve.domain.loans import AccrualKind
from reserve.models.funding import FundingDraw, FundingTranche


class FundingRate(models.Model):
    """A rate that two people put in force from a day on. Of two rows of one day the later counts."""

    class Kind(models.TextChoices):
        """On what is drawn, or on what isn't."""

        INTEREST = "interest"
        COMMITMENT_FEE = "commitment_fee"

    tranche = models.ForeignKey(FundingTranche, on_delete=models.PROTECT, related_name="rates")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    starts_on = models.DateField()
    annual_rate_percent = models.DecimalField(max_digits=9, decimal_places=6)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("starts_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(annual_rate_percent__gte=0), name="reserve_fundingrate_rate_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["interest", "commitment_fee"]), name="reserve_fundingrate_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("approved_by")), name="reserve_fundingrate_two_people"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} from {self.starts_on}: {self.annual_rate_percent}"


class FundingCeiling(models.Model):
    """A limit of all purchases together that only a further authority can raise. The latest row counts."""

    limit_cents = models.BigIntegerField()
    authority_reference = models.CharField(max_length=200)
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(limit_cents__gt=0), name="reserve_fundingceiling_limit_positive"
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("approved_by")), name="reserve_fundingceiling_two_people"
            ),
        )

    def __str__(self) -> str:
        return f"{self.limit_cents} by {self.authority_reference}"


class LoanAccrual(models.Model):
    """Cents of one kind that belong to a day; a later fact adds a row, below zero where too much stood.

    The rows of a day add up to what belongs to it. `ordinal` numbers them.
    """

    tranche = models.ForeignKey(FundingTranche, on_delete=models.PROTECT, related_name="accruals")
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in AccrualKind])
    day = models.DateField()
    ordinal = models.PositiveIntegerField()
    amount_cents = models.BigIntegerField()
    journal_key = models.CharField(max_length=200, help_text="idempotency key of its journal")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("day", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["tranche", "kind", "day", "ordinal"], name="reserve_loanaccrual_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in AccrualKind]),
                name="reserve_loanaccrual_kind_known",
            ),
            models.CheckConstraint(condition=~Q(amount_cents=0), name="reserve_loanaccrual_amount_not_zero"),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.day}: {self.amount_cents}"


class LoanPayment(models.Model):
    """Money paid to the lender: principal, interest or fees."""

    class Purpose(models.TextChoices):
        """What it pays."""

        PRINCIPAL = "principal"
        INTEREST = "interest"
        FEES = "fees"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tranche = models.ForeignKey(FundingTranche, on_delete=models.PROTECT, related_name="payments")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    amount_cents = models.BigIntegerField()
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    paid_at = models.DateTimeField()

    class Meta:
        ordering = ("paid_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="reserve_loanpayment_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=["principal", "interest", "fees"]),
                name="reserve_loanpayment_purpose_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose}: {self.amount_cents}"


class FundingReversal(models.Model):
    """Says that a draw or a payment was recorded wrongly: for every purpose it never happened."""

    draw = models.OneToOneField(
        FundingDraw, on_delete=models.PROTECT, related_name="reversal", null=True, blank=True
    )
    payment = models.OneToOneField(
        LoanPayment, on_delete=models.PROTECT, related_name="reversal", null=True, blank=True
    )
    reason = models.TextField(max_length=2000)
    reversed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(draw__isnull=True) ^ Q(payment__isnull=True),
                name="reserve_fundingreversal_of_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.draw_id or self.payment_id}: {self.reason}"


class FundingLapse(models.Model):
    """Undrawn funding that was given up because its period of draws is over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tranche = models.ForeignKey(FundingTranche, on_delete=models.PROTECT, related_name="lapses")
    amount_cents = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("recorded_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="reserve_fundinglapse_amount_positive"
            ),
        )

    def __str__(self) -> str:
        return f"{self.tranche_id}: {self.amount_cents}"
