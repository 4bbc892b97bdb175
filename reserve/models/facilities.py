"""Where material is kept, and how much fits."""

from django.db import models
from django.db.models import Q

from reserve.models.materials import SLUG


class Facility(models.Model):
    """A warehouse, vault, yard or terminal."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    address = models.TextField()

    class Meta:
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=["code"], name="reserve_facility_code_unique"),
            models.CheckConstraint(condition=Q(code__regex=SLUG), name="reserve_facility_code_is_slug"),
        )

    def __str__(self) -> str:
        return self.code


class FacilityCapacity(models.Model):
    """How much of a storage class a facility takes, and how fast it can be loaded out."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="capacities")
    storage_class = models.CharField(max_length=40)
    capacity_g = models.BigIntegerField()
    load_out_g_per_day = models.BigIntegerField()

    class Meta:
        ordering = ("facility", "storage_class")
        constraints = (
            models.UniqueConstraint(
                fields=["facility", "storage_class"], name="reserve_facilitycapacity_one_per_class"
            ),
            models.CheckConstraint(
                condition=Q(storage_class__regex=SLUG), name="reserve_facilitycapacity_class_is_slug"
            ),
            models.CheckConstraint(
                condition=Q(capacity_g__gt=0), name="reserve_facilitycapacity_capacity_positive"
            ),
            models.CheckConstraint(
                condition=Q(load_out_g_per_day__gt=0), name="reserve_facilitycapacity_load_out_positive"
            ),
        )

    def __str__(self) -> str:
        return f"{self.facility_id} {self.storage_class}"
