"""Journals: one business event each, posted whole or not at all, never changed."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from ledger.models.domains import MonthField


# Subscripted only by the type checker: at run time Django's fields take no type arguments.
class TransactionIdField(models.BigIntegerField):  # type: ignore[type-arg]
    """PostgreSQL's xid8: the number of the transaction that wrote the row, never used twice."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django's signature
        """The column type."""
        return "xid8"

    def from_db_value(self, value: str | None, *_: Any) -> int | None:
        """The driver gives xid8 as text."""
        return None if value is None else int(value)


class Journal(models.Model):
    """One business event. `transaction_id` lets a fee run tell what it could see when it began.

    `fingerprint` is the SHA-256 of the canonical bytes (ledger/domain/canonical.py) in the version
    named beside it. `adjusts_month`, the first day of a month, marks a prior-period adjustment: a fact
    of that month, posted into a later one because its own was closed.
    """

    kind = models.CharField(max_length=100)
    idempotency_key = models.CharField(max_length=200, db_collation="C")
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    adjusts_month = MonthField(null=True, domain="ledger_month")
    reference_type = models.CharField(max_length=100, blank=True)
    reference_id = models.CharField(max_length=200, blank=True)
    metadata = models.JSONField(default=dict)
    reverses = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="reversals",
        db_index=False,
        db_constraint=False,
    )
    fingerprint_version = models.SmallIntegerField()
    fingerprint = models.BinaryField(max_length=32)
    transaction_id = TransactionIdField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["idempotency_key"], name="ledger_journal_idempotency_key_unique"),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="ledger_journal_reversed_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["reference_type", "reference_id", "id"],
                condition=~Q(reference_id=""),
                name="ledger_journal_reference",
            ),
            GinIndex(
                fields=["metadata"],
                opclasses=["jsonb_path_ops"],
                condition=~Q(metadata={}),
                name="ledger_journal_metadata",
            ),
        )

    def __str__(self) -> str:
        return f"journal {self.id}"
