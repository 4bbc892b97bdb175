"""The outbox: what leaves the house, recorded with the effect that caused it."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class OutboxEvent(models.Model):
    """A message for the outside. Delivered at least once; `id` stays the same with every try."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.CharField(max_length=100)
    dedupe_key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    # Also the lease of a try under way: it is moved on before the transport is called.
    available_at = models.DateTimeField(db_default=Now())
    attempts = models.IntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["dedupe_key"], name="jobs_outboxevent_dedupe_key_unique"),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(dead_at__isnull=True),
                name="jobs_outboxevent_one_end",
            ),
        )
        indexes = (
            models.Index(
                fields=["available_at", "id"],
                condition=Q(delivered_at__isnull=True, dead_at__isnull=True),
                name="jobs_outboxevent_waiting",
            ),
            models.Index(fields=["created_at", "id"], name="jobs_outboxevent_created"),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.id}"
