"""Who sells to the reserve."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from reserve.models.materials import SLUG


class Trader(models.Model):
    """A registered seller."""

    code = models.CharField(max_length=40)
    legal_name = models.CharField(max_length=200)
    lei = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2)
    registered_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=["code"], name="reserve_trader_code_unique"),
            models.CheckConstraint(condition=Q(code__regex=SLUG), name="reserve_trader_code_is_slug"),
            models.CheckConstraint(
                condition=Q(country__regex=r"^[A-Z]{2}$"), name="reserve_trader_country_is_code"
            ),
            models.UniqueConstraint(fields=["lei"], condition=~Q(lei=""), name="reserve_trader_lei_unique"),
        )

    def __str__(self) -> str:
        return self.code
