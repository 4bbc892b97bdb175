"""Keys with which programs sign in."""

import uuid
from datetime import datetime

from django.db import models

from governance.models.users import User


class ApiKey(models.Model):
    """One key of one user. The secret itself is shown once and never stored, only its keyed hash.

    What a key is never changes: the service may write only when it was used, and that it ends.
    """

    class State(models.TextChoices):
        """What became of a key. `replaced`: another took its place and its overlap is over."""

        LIVE = "live"
        ENDING = "ending"
        REPLACED = "replaced"
        EXPIRED = "expired"
        REVOKED = "revoked"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.BinaryField(max_length=32)
    scopes = models.JSONField(default=list, db_default=[])
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    overlap_ends_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=models.F("created_at")),
                name="governance_apikey_expires_after_creation",
            ),
            models.CheckConstraint(
                condition=~models.Q(scopes=models.Value([], models.JSONField())),
                name="governance_apikey_has_scopes",
            ),
            models.CheckConstraint(
                condition=models.Q(overlap_ends_at__isnull=True) | models.Q(replaced_by__isnull=False),
                name="governance_apikey_overlap_has_successor",
            ),
        )

    @property
    def ends_at(self) -> datetime | None:
        """When the key stops working by itself, if it does."""
        return min((end for end in (self.expires_at, self.overlap_ends_at) if end is not None), default=None)

    def __str__(self) -> str:
        return f"sr_{self.prefix}"
