"""What the REST door itself remembers."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class IdempotentRequest(models.Model):
    """A request that was sent with an Idempotency-Key, and the answer it got.

    Written in the transaction of the request's effect: both are there or neither. A refused request
    leaves nothing behind, so its key may be used again.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    route = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    content_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(blank=True, help_text="the JSON that was sent, byte for byte")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user", "route", "key"], name="api_idempotentrequest_once_per_user"
            ),
        )

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
