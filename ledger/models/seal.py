"""Seals: rows that are only added."""

from django.db import models
from django.db.models import F, Q


class Seal(models.Model):
    """A block of journals with the hash of its content and of the block before (docs/algorithms/seals.md).

    It covers every number from `first_journal` to `last_journal`; numbers without a journal were given
    to transactions that were rolled back. `journal_ids` has eight bytes per journal and `leaf_hashes`
    32: they add nothing to the proof, but tell which journal of a block was changed.
    """

    number = models.BigIntegerField(primary_key=True)
    first_journal = models.BigIntegerField()
    last_journal = models.BigIntegerField()
    journal_count = models.BigIntegerField()
    version = models.SmallIntegerField()
    sealed_at = models.DateTimeField()
    root = models.BinaryField()
    previous_hash = models.BinaryField()
    hash = models.BinaryField()
    journal_ids = models.BinaryField()
    leaf_hashes = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["first_journal"], name="ledger_seal_first_unique"),
            models.UniqueConstraint(fields=["last_journal"], name="ledger_seal_last_unique"),
            models.UniqueConstraint(fields=["previous_hash"], name="ledger_seal_previous_unique"),
            models.UniqueConstraint(fields=["hash"], name="ledger_seal_hash_unique"),
            models.CheckConstraint(
                condition=Q(number__gte=1)
                & Q(journal_count__gte=1)
                & Q(last_journal__gte=F("first_journal") + F("journal_count") - 1),
                name="ledger_seal_range_holds_count",
            ),
        )

    def __str__(self) -> str:
        return f"seal {self.number}"
