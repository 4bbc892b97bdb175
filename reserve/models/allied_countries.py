"""Which countries count as allied when provenance is measured."""

import uuid

from django.conf import settings
from django.db import models


class AlliedCountries(models.Model):
    """The list in force from a day on; the newest one in force counts. Two people set it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effective_from = models.DateField()
    countries = models.JSONField(help_text="two-letter ISO 3166 codes, in order")
    reason = models.TextField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        ordering = ("-effective_from",)
        constraints = (
            models.UniqueConstraint(fields=["effective_from"], name="reserve_alliedcountries_one_per_day"),
        )

    def __str__(self) -> str:
        return f"from {self.effective_from}: {' '.join(self.countries)}"
