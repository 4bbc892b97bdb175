"""Keys with which programs sign in."""

import uuid

from django.db import models

from governance.models.users import User


class ApiKey(models.Model):
    """One key of one user. The secret itself is shown once and never stored, only its keyed hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=models.F("created_at")),
                name="governance_apikey_expires_after_creation",
            ),
        )

    def __str__(self) -> str:
        return f"sr_{self.prefix}"
