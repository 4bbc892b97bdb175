"""On what terms: agreements and the commitments under them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from members.models.firms import Firm


class Agreement(models.Model):
    """The terms a firm signed. `upfront_fee_basis_points` is a share of its commitments' value."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="agreements")
    terms_version = models.CharField(max_length=40)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    upfront_fee_basis_points = models.PositiveIntegerField()
    fee_class = models.CharField(max_length=40, default="standard")
    policy_version = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ("firm", "starts_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__lte=F("ends_on")),
                name="members_agreement_term_ordered",
            ),
            models.CheckConstraint(
                condition=Q(upfront_fee_basis_points__lte=10_000), name="members_agreement_fee_within_value"
            ),
        )

    def __str__(self) -> str:
        return f"{self.terms_version} of {self.firm_id}"


class Commitment(models.Model):
    """A firm's obligation to buy a quantity of a material at a fixed price."""

    class RebuyRule(models.TextChoices):
        """Whether what a firm bought from the reserve is bought again once, or after each purchase."""

        ONCE = "once"
        EACH_CYCLE = "each_cycle"

    class State(models.TextChoices):
        """A closed commitment obliges to nothing any more."""

        OPEN = "open"
        CLOSED = "closed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="commitments")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="commitments")
    material = models.ForeignKey("reserve.Material", on_delete=models.PROTECT, related_name="+")
    quantity_g = models.BigIntegerField()
    transferred_g = models.BigIntegerField(db_default=0, help_text="what other members took over since")
    fixed_price_usd_per_kg = models.DecimalField(max_digits=18, decimal_places=6)
    currency = models.CharField(max_length=3, default="USD")
    rebuy_rule = models.CharField(max_length=12, choices=RebuyRule.choices, default=RebuyRule.ONCE)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ordinal = models.BigIntegerField(help_text="order of entry; of equally old, the lower is older")
    upfront_fee_cents = models.BigIntegerField(
        null=True, blank=True, help_text="empty until charged, which happens once"
    )
    upfront_fee_charged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("made_at", "ordinal")
        indexes = (models.Index(fields=["material", "firm"], name="members_commitment_by_material"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(rebuy_rule__in=["once", "each_cycle"]), name="members_commitment_rebuy_rule_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "closed"]), name="members_commitment_state_known"
            ),
            models.UniqueConstraint(fields=["ordinal"], name="members_commitment_ordinal_unique"),
            models.CheckConstraint(
                condition=Q(quantity_g__gt=0), name="members_commitment_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(transferred_g__gte=0, transferred_g__lt=F("quantity_g"))
                | Q(transferred_g=F("quantity_g"), state="closed"),
                name="members_commitment_transferred_within",
            ),
            models.CheckConstraint(
                condition=Q(fixed_price_usd_per_kg__gt=0), name="members_commitment_price_positive"
            ),
            models.CheckConstraint(condition=Q(currency="USD"), name="members_commitment_currency_is_usd"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__lte=F("ends_on")),
                name="members_commitment_term_ordered",
            ),
            models.CheckConstraint(
                condition=Q(upfront_fee_cents__isnull=True, upfront_fee_charged_at__isnull=True)
                | Q(upfront_fee_cents__gte=0, upfront_fee_charged_at__isnull=False),
                name="members_commitment_fee_is_complete",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity_g} g of {self.material_id} by {self.firm_id}"

    @property
    def open_g(self) -> int:
        """Grams it still stands for: without those that other members took over."""
        return self.quantity_g - self.transferred_g
