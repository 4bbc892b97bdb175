"""Who is a member: firms, their people, and every step of their life cycle."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now


class AffiliateGroup(models.Model):
    """Firms under common control. In a rationing they count as one requester."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["name"], name="members_affiliategroup_name_unique"),)

    def __str__(self) -> str:
        return self.name


class Firm(models.Model):
    """An applicant, member or former member."""

    class State(models.TextChoices):
        """The life cycle; `members.domain.life_cycle` says which step leads where."""

        APPLIED = "applied"
        SCREENED = "screened"
        APPROVED = "approved"
        ACTIVE = "active"
        SUSPENDED = "suspended"
        EXITED = "exited"
        REJECTED = "rejected"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    legal_name = models.CharField(max_length=200)
    lei = models.CharField(max_length=20, blank=True)
    lei_waiver_reason = models.TextField(
        blank=True, help_text="why the firm may be active without a legal entity identifier"
    )
    country = models.CharField(max_length=2)
    sector = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.APPLIED)
    affiliate_group = models.ForeignKey(
        AffiliateGroup, on_delete=models.PROTECT, related_name="firms", null=True, blank=True
    )
    credit_limit_cents = models.BigIntegerField(null=True, blank=True)
    applied_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("legal_name", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    state__in=["applied", "screened", "approved", "active", "suspended", "exited", "rejected"]
                ),
                name="members_firm_state_known",
            ),
            models.UniqueConstraint(fields=["lei"], condition=~Q(lei=""), name="members_firm_lei_unique"),
            models.CheckConstraint(
                condition=Q(lei="") | Q(lei__regex=r"^[A-Z0-9]{18}[0-9]{2}$"),
                name="members_firm_lei_well_formed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["active", "suspended"]) | ~Q(lei="") | ~Q(lei_waiver_reason=""),
                name="members_firm_active_has_lei_or_waiver",
            ),
            models.CheckConstraint(condition=~Q(legal_name=""), name="members_firm_name_not_empty"),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"), name="members_firm_country_is_code"
            ),
            models.CheckConstraint(
                condition=Q(credit_limit_cents__isnull=True) | Q(credit_limit_cents__gte=0),
                name="members_firm_credit_limit_not_negative",
            ),
        )

    def __str__(self) -> str:
        return self.legal_name


class FirmTransition(models.Model):
    """One step of a firm's life cycle: who took it, when and why. The first has no `from_state`."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="transitions")
    from_state = models.CharField(max_length=10, choices=Firm.State.choices, blank=True)
    to_state = models.CharField(max_length=10, choices=Firm.State.choices)
    reason = models.TextField(blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("firm", "id")

    def __str__(self) -> str:
        return f"{self.from_state or 'nothing'} to {self.to_state}"


class FirmUser(models.Model):
    """A person of a firm."""

    class Role(models.TextChoices):
        """An owner manages the firm's people, an operator acts for it, a viewer reads."""

        OWNER = "owner"
        OPERATOR = "operator"
        VIEWER = "viewer"

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="people")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="firms")
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        ordering = ("firm", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=["owner", "operator", "viewer"]), name="members_firmuser_role_known"
            ),
            models.UniqueConstraint(fields=["firm", "user"], name="members_firmuser_one_role"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} of {self.firm_id}"


class AnnualUse(models.Model):
    """How much of a material a firm used in a year, as stated by it and verified by another person."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="annual_uses")
    material = models.ForeignKey("reserve.Material", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveIntegerField()
    quantity_g = models.BigIntegerField()
    evidence = models.TextField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=now)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("firm", "material", "-year")
        constraints = (
            models.UniqueConstraint(
                fields=["firm", "material", "year"], name="members_annualuse_one_per_year"
            ),
            models.CheckConstraint(condition=Q(quantity_g__gt=0), name="members_annualuse_quantity_positive"),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=models.F("recorded_by")),
                name="members_annualuse_verified_by_other",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True, verified_at__isnull=True)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="members_annualuse_verified_is_complete",
            ),
        )

    def __str__(self) -> str:
        return f"{self.firm_id} {self.material_id} {self.year}"
