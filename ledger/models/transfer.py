"""Transfers: one row each, from one account to another of the same book, balanced by construction."""

from django.db import models
from django.db.models import Q

from ledger.models.account import Account
from ledger.models.domains import DomainField
from ledger.models.journal import Journal


class Transfer(models.Model):
    """An amount moved, reserved, or taken out of reserve; never changed.

    `id` is the journal's number, shifted left by 16 bits, and the transfer's place in it, from 1. So the
    primary key also finds a journal's transfers, as a range (ledger/selectors/transfers.py).

    `phase` tells what the row does: `posted` moves the amount, `pending` reserves it until
    `expires_at`, `post` and `void` resolve the pending transfer they name in `resolves`: `post` moves
    `amount` of it and releases the rest, `void` releases all.

    The times are the journal's, repeated so that one index answers "this account until then".
    What ties a row to others, and its columns to one another, is held by the posting functions, the only
    way in, and looked at again by verification (docs/decisions/0034 and 0093).
    """

    class Phase(models.TextChoices):
        POSTED = "posted"
        PENDING = "pending"
        POST = "post"
        VOID = "void"

    id = models.BigIntegerField(primary_key=True)
    journal = models.ForeignKey(
        Journal, on_delete=models.PROTECT, related_name="transfers", db_index=False, db_constraint=False
    )
    source = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    target = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    amount = DomainField(domain="ledger_amount")
    phase = models.TextField(choices=Phase.choices)
    resolves = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="resolutions",
        db_index=False,
        db_constraint=False,
    )
    expires_at = models.DateTimeField(null=True)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["resolves"], condition=Q(resolves__isnull=False), name="ledger_transfer_resolved_once"
            ),
        )
        indexes = (
            models.Index(fields=["source", "effective_at"], name="ledger_transfer_source"),
            models.Index(fields=["target", "effective_at"], name="ledger_transfer_target"),
            models.Index(fields=["expires_at"], condition=Q(phase="pending"), name="ledger_transfer_pending"),
        )

    def __str__(self) -> str:
        return f"transfer {self.id}"
