"""What one delivery brought, and the papers that came with it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from reserve.models.facilities import Facility
from reserve.models.funding import TraderPayment
from reserve.models.materials import Material
from reserve.models.purchase_orders import PurchaseOrder

COUNTRY = r"^[A-Z]{2}$"
STATES = ("quarantined", "accepted", "rejected", "in_transit", "stopped", "split", "written_off")


class Lot(models.Model):
    """One delivered quantity of one material. It counts as stock only while it is accepted.

    A lot comes on a purchase order, or is brought back by a member; then `in_kind_reference` names
    what it answers, nothing is owed for it, and `expected_assay_percent` comes with the receipt.
    """

    class State(models.TextChoices):
        """A lot waits in quarantine until a second person decides; docs/algorithms/lots.md has the rest."""

        QUARANTINED = "quarantined"
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        IN_TRANSIT = "in_transit"
        STOPPED = "stopped"
        SPLIT = "split"
        WRITTEN_OFF = "written_off"

    class Stage(models.TextChoices):
        """How far the material is processed."""

        ORE = "ore"
        CONCENTRATE = "concentrate"
        COMPOUND = "compound"
        METAL = "metal"
        ALLOY = "alloy"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20)
    purchase_order = models.ForeignKey(
        PurchaseOrder, on_delete=models.PROTECT, related_name="lots", null=True, blank=True
    )
    in_kind_reference = models.CharField(max_length=100, blank=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="lots")
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="lots")
    gross_g = models.BigIntegerField()
    net_g = models.BigIntegerField()
    assay_element = models.CharField(max_length=20)
    assay_percent = models.DecimalField(max_digits=9, decimal_places=6)
    expected_assay_element = models.CharField(max_length=20)
    expected_assay_percent = models.DecimalField(max_digits=9, decimal_places=6)
    origin_mining = models.CharField(max_length=2)
    origin_refining = models.CharField(max_length=2)
    stage = models.CharField(max_length=12, choices=Stage.choices)
    producer = models.CharField(max_length=200)
    declared_goods = models.TextField(help_text="what the shipment was declared as")
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUARANTINED)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    value_cents = models.BigIntegerField(null=True, blank=True, help_text="what an accepted lot cost")
    policy_version = models.ForeignKey(
        "governance.PolicyVersion",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="the policy whose tolerances the acceptance used",
    )
    rejected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    rejected_at = models.DateTimeField(null=True, blank=True)
    rejection_reason = models.TextField(blank=True)
    payment = models.ForeignKey(
        TraderPayment, on_delete=models.PROTECT, related_name="lots", null=True, blank=True
    )
    split_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="parts", null=True, blank=True
    )

    class Meta:
        ordering = ("number",)
        indexes = (models.Index(fields=["state", "material"], name="reserve_lot_by_state"),)
        constraints = (
            models.UniqueConstraint(fields=["number"], name="reserve_lot_number_unique"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="reserve_lot_state_known"),
            models.CheckConstraint(
                condition=Q(stage__in=["ore", "concentrate", "compound", "metal", "alloy"]),
                name="reserve_lot_stage_known",
            ),
            models.CheckConstraint(condition=Q(net_g__gt=0), name="reserve_lot_net_positive"),
            models.CheckConstraint(
                condition=Q(net_g__lte=F("gross_g")), name="reserve_lot_net_not_above_gross"
            ),
            models.CheckConstraint(
                condition=Q(assay_percent__gte=0, assay_percent__lte=100), name="reserve_lot_assay_is_percent"
            ),
            models.CheckConstraint(
                condition=Q(expected_assay_percent__gt=0, expected_assay_percent__lte=100),
                name="reserve_lot_expected_assay_is_percent",
            ),
            models.CheckConstraint(
                condition=Q(origin_mining__regex=COUNTRY, origin_refining__regex=COUNTRY),
                name="reserve_lot_origin_is_code",
            ),
            models.CheckConstraint(
                condition=Q(purchase_order__isnull=False, in_kind_reference="")
                | (Q(purchase_order__isnull=True) & ~Q(in_kind_reference="")),
                name="reserve_lot_bought_or_in_kind",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["quarantined", "rejected"])
                | Q(accepted_by__isnull=False, accepted_at__isnull=False, value_cents__gte=0),
                name="reserve_lot_accepted_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True) | ~Q(accepted_by=F("received_by")),
                name="reserve_lot_accepted_by_other",
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected")
                | (Q(rejected_by__isnull=False, rejected_at__isnull=False) & ~Q(rejection_reason="")),
                name="reserve_lot_rejected_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=True) | ~Q(state__in=["quarantined", "rejected"]),
                name="reserve_lot_paid_if_accepted",
            ),
        )

    def __str__(self) -> str:
        return self.number


class LotDocument(models.Model):
    """A paper of a lot. What it states is compared with the lot; empty means it doesn't say."""

    class Kind(models.TextChoices):
        """The papers of a delivery."""

        ASSAY_CERTIFICATE = "assay_certificate"
        CERTIFICATE_OF_ORIGIN = "certificate_of_origin"
        BILL_OF_LADING = "bill_of_lading"
        CUSTOMS_ENTRY = "customs_entry"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    stated_goods = models.TextField(blank=True)
    stated_net_g = models.BigIntegerField(null=True, blank=True)
    stated_assay_percent = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    stated_origin = models.CharField(max_length=2, blank=True)

    class Meta:
        ordering = ("lot", "kind", "filename")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind__in=["assay_certificate", "certificate_of_origin", "bill_of_lading", "customs_entry"]
                ),
                name="reserve_lotdocument_kind_known",
            ),
            # One content, one lot, one kind: a certificate can't vouch for a second delivery.
            models.UniqueConstraint(fields=["sha256"], name="reserve_lotdocument_content_used_once"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="reserve_lotdocument_sha256_is_hex"
            ),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="reserve_lotdocument_not_empty"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.filename}"


class LotDocumentContent(models.Model):
    """The bytes of a document, apart from it so that lists of documents never load them."""

    document = models.OneToOneField(
        LotDocument, on_delete=models.PROTECT, related_name="content", primary_key=True
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.document_id)
