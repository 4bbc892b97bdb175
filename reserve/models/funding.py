"""Where the money comes from: tranches, draws on them, and payments to traders."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from reserve.models.materials import SLUG
from reserve.models.traders import Trader


class FundingTranche(models.Model):
    """A committed sum: part of the loan, or private capital. Draws go in `draw_order`."""

    class Kind(models.TextChoices):
        """A loan bears interest and is repaid; private capital stays."""

        LOAN = "loan"
        PRIVATE = "private"

    class DayCount(models.TextChoices):
        """How days and years are counted for interest."""

        ACT_360 = "ACT/360"
        ACT_365F = "ACT/365F"
        THIRTY_360 = "30/360"

    class Settlement(models.TextChoices):
        """What becomes of a period's interest: it is paid, or added to the principal."""

        PAY = "pay"
        CAPITALISE = "capitalise"

    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    limit_cents = models.BigIntegerField()
    annual_rate_percent = models.DecimalField(
        max_digits=9, decimal_places=6, help_text="agreed at the beginning; FundingRate holds changes"
    )
    commitment_fee_percent = models.DecimalField(
        max_digits=9, decimal_places=6, default=0, db_default=0, help_text="per year on what isn't drawn"
    )
    upfront_fee_cents = models.BigIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3, default="USD", db_default="USD")
    available_from = models.DateField(null=True, blank=True, help_text="empty: the day of registration")
    available_until = models.DateField(null=True, blank=True, help_text="last day of draws; empty: no end")
    matures_on = models.DateField(null=True, blank=True, help_text="when the principal is due")
    interest_period_months = models.PositiveSmallIntegerField(default=1, db_default=1)
    interest_settlement = models.CharField(
        max_length=10, choices=Settlement.choices, default=Settlement.PAY, db_default="pay"
    )
    payment_due_days = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="days from the end of a period until its payment is due"
    )
    day_count = models.CharField(max_length=10, choices=DayCount.choices, default=DayCount.ACT_360)
    draw_order = models.PositiveIntegerField(help_text="private capital is drawn before the loan")
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()

    class Meta:
        ordering = ("draw_order", "code")
        constraints = (
            models.UniqueConstraint(fields=["code"], name="reserve_fundingtranche_code_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=["loan", "private"]), name="reserve_fundingtranche_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(day_count__in=["ACT/360", "ACT/365F", "30/360"]),
                name="reserve_fundingtranche_day_count_known",
            ),
            models.CheckConstraint(condition=Q(code__regex=SLUG), name="reserve_fundingtranche_code_is_slug"),
            models.CheckConstraint(
                condition=Q(limit_cents__gt=0), name="reserve_fundingtranche_limit_positive"
            ),
            models.CheckConstraint(
                condition=Q(annual_rate_percent__gte=0), name="reserve_fundingtranche_rate_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(commitment_fee_percent__gte=0) & Q(upfront_fee_cents__gte=0),
                name="reserve_fundingtranche_fees_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(currency="USD"), name="reserve_fundingtranche_currency_is_usd"
            ),
            models.CheckConstraint(
                condition=Q(interest_period_months__in=[1, 3, 6, 12]),
                name="reserve_fundingtranche_period_known",
            ),
            models.CheckConstraint(
                condition=Q(interest_settlement__in=["pay", "capitalise"]),
                name="reserve_fundingtranche_settlement_known",
            ),
            models.CheckConstraint(
                condition=Q(available_from__isnull=True)
                | Q(available_until__isnull=True)
                | Q(available_until__gte=models.F("available_from")),
                name="reserve_fundingtranche_draw_period_ordered",
            ),
        )

    def __str__(self) -> str:
        return self.code


class TraderPayment(models.Model):
    """Money paid to a trader for accepted lots."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20)
    trader = models.ForeignKey(Trader, on_delete=models.PROTECT, related_name="payments")
    amount_cents = models.BigIntegerField()
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    paid_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["number"], name="reserve_traderpayment_number_unique"),
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="reserve_traderpayment_amount_positive"
            ),
        )

    def __str__(self) -> str:
        return self.number


class FundingDraw(models.Model):
    """Money taken from a tranche into cash, by hand or because a payment needed it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tranche = models.ForeignKey(FundingTranche, on_delete=models.PROTECT, related_name="draws")
    amount_cents = models.BigIntegerField()
    payment = models.ForeignKey(
        TraderPayment, on_delete=models.PROTECT, related_name="draws", null=True, blank=True
    )
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ("drawn_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="reserve_fundingdraw_amount_positive"
            ),
        )

    def __str__(self) -> str:
        return f"{self.tranche_id}: {self.amount_cents}"
