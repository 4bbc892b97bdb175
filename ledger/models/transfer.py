"""Transfers: one row each, from one account to another of the same book, balanced by construction."""

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact, GreaterThan

from ledger.domain.numbers import BOOK_BITS, JOURNAL_BITS, MOST_TRANSFERS
from ledger.models.account import Account
from ledger.models.journal import Journal


class Transfer(models.Model):
    """An amount moved, reserved, or taken out of reserve; never changed.

    `id` is the journal's number, shifted left by 16 bits, and the transfer's place in it, from 1. So the
    primary key also finds a journal's transfers, as a range (ledger/selectors/transfers.py).

    `phase` tells what the row does: `posted` moves the amount, `pending` reserves it until
    `expires_at`, `post` and `void` resolve the pending transfer they name in `resolves`: `post` moves
    `amount` of it and releases the rest, `void` releases all.

    The times are the journal's, repeated so that one index answers "this account until then".
    No foreign key is checked row by row: the posting function, the only way in, looks up what a row
    refers to, and verification does so again (docs/decisions/0034). `phase` is a text without a longest
    length, because each statement reads the checks anew, and those of a varchar are twice as long.
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
    amount = models.BigIntegerField()
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
            models.CheckConstraint(
                condition=Exact(F("id").bitrightshift(JOURNAL_BITS), F("journal_id"))
                & GreaterThan(F("id").bitand(MOST_TRANSFERS), 0),
                name="ledger_transfer_id_carries_journal",
            ),
            models.CheckConstraint(
                condition=Exact(
                    F("source_id").bitrightshift(BOOK_BITS), F("target_id").bitrightshift(BOOK_BITS)
                ),
                name="ledger_transfer_one_book",
            ),
            models.UniqueConstraint(
                fields=["resolves"], condition=Q(resolves__isnull=False), name="ledger_transfer_resolved_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_transfer_amount_positive"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="ledger_transfer_two_accounts"),
            models.CheckConstraint(
                condition=Q(phase__in=["posted", "pending"], resolves__isnull=True)
                | Q(phase__in=["post", "void"], resolves__isnull=False),
                name="ledger_transfer_phase_resolves",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(phase="pending"),
                name="ledger_transfer_only_pending_expires",
            ),
        )
        indexes = (
            models.Index(fields=["source", "effective_at"], name="ledger_transfer_source"),
            models.Index(fields=["target", "effective_at"], name="ledger_transfer_target"),
            models.Index(fields=["expires_at"], condition=Q(phase="pending"), name="ledger_transfer_pending"),
        )

    def __str__(self) -> str:
        return f"transfer {self.id}"
