"""What can be held: materials, their versions by list, and published prices."""

from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now
from django.utils.timezone import now

from ledger.models.journal import TransactionIdField

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
"""Codes stand in account paths, so they are lower-case words joined by hyphens."""


class MaterialList(models.Model):
    """An official list of critical materials, in force from a day on."""

    code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    effective_from = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["code"], name="reserve_materiallist_code_unique"),
            models.CheckConstraint(condition=Q(code__regex=SLUG), name="reserve_materiallist_code_is_slug"),
        )

    def __str__(self) -> str:
        return self.code


class Material(models.Model):
    """A material the reserve may hold. What is said about it stands in its versions."""

    code = models.CharField(max_length=40)
    registered_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=["code"], name="reserve_material_code_unique"),
            models.CheckConstraint(condition=Q(code__regex=SLUG), name="reserve_material_code_is_slug"),
        )

    def __str__(self) -> str:
        return self.code


class MaterialVersion(models.Model):
    """What is known and decided about a material from a day on; the newest one in force counts.

    `recorded_in` is the transaction that wrote it: it tells what had been committed at some moment.
    """

    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="versions")
    list = models.ForeignKey(MaterialList, on_delete=models.PROTECT, related_name="versions")
    effective_from = models.DateField()
    name = models.CharField(max_length=100)
    symbol = models.CharField(max_length=60, blank=True)
    commercial_form = models.CharField(max_length=200, blank=True)
    cas_number = models.CharField(max_length=20, blank=True)
    target_days = models.PositiveIntegerField()
    is_high_risk = models.BooleanField(default=False)
    allocation_unit_g = models.BigIntegerField(help_text="smallest quantity that can be awarded, in grams")
    storage_class = models.CharField(max_length=40)
    hazard_notes = models.TextField(blank=True)
    us_consumption_g_per_year = models.BigIntegerField(null=True, blank=True)
    consumption_year = models.PositiveIntegerField(null=True, blank=True)
    net_import_reliance = models.CharField(max_length=20, blank=True, help_text="percent, as published")
    primary_import_source = models.CharField(max_length=100, blank=True)
    leading_producer = models.CharField(max_length=100, blank=True)
    source = models.TextField(blank=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_in = TransactionIdField(db_default=Func(function="pg_current_xact_id"), editable=False)

    class Meta:
        ordering = ("material", "-effective_from")
        constraints = (
            models.UniqueConstraint(
                fields=["material", "effective_from"], name="reserve_materialversion_one_per_day"
            ),
            models.CheckConstraint(
                condition=Q(allocation_unit_g__gt=0), name="reserve_materialversion_unit_positive"
            ),
            models.CheckConstraint(
                condition=Q(target_days__gt=0), name="reserve_materialversion_target_positive"
            ),
            models.CheckConstraint(
                condition=Q(storage_class__regex=SLUG), name="reserve_materialversion_class_is_slug"
            ),
            models.CheckConstraint(
                condition=Q(us_consumption_g_per_year__isnull=True) | Q(us_consumption_g_per_year__gt=0),
                name="reserve_materialversion_consumption_positive",
            ),
        )

    def __str__(self) -> str:
        return f"{self.material_id} from {self.effective_from}"


class PriceSeries(models.Model):
    """One published price of a material; the primary one values it."""

    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="price_series")
    name = models.CharField(max_length=300)
    is_primary = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["material", "name"], name="reserve_priceseries_name_unique"),
            models.UniqueConstraint(
                fields=["material"], condition=Q(is_primary=True), name="reserve_priceseries_one_primary"
            ),
        )

    def __str__(self) -> str:
        return self.name


class MaterialPrice(models.Model):
    """A price of a series on a day, in USD per kg as consumption is counted. A revision is a newer row."""

    series = models.ForeignKey(PriceSeries, on_delete=models.PROTECT, related_name="prices")
    as_of = models.DateField()
    price_usd_per_kg = models.DecimalField(max_digits=18, decimal_places=6)
    source = models.TextField(blank=True)
    recorded_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ("series", "-as_of", "-recorded_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(price_usd_per_kg__gt=0), name="reserve_materialprice_price_positive"
            ),
            models.UniqueConstraint(
                fields=["series", "as_of", "recorded_at"], name="reserve_materialprice_one_revision"
            ),
        )

    def __str__(self) -> str:
        return f"{self.price_usd_per_kg} on {self.as_of}"
