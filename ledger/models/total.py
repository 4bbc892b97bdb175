"""Running totals: derived from the transfers in the background, read by the selectors.

Only the database function ledger_roll_up writes them (docs/algorithms/balances_in_time.md).
"""

from django.db import models
from django.db.models import F, Q


class RollUp(models.Model):
    """One row: the journal up to which the totals reach, itself included."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    journal_id = models.BigIntegerField(default=0)
    rolled_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="ledger_rollup_one_row"),)

    def __str__(self) -> str:
        return f"totals up to journal {self.journal_id}"


class AccountTotal(models.Model):
    """What an account received, gave, and has pending. `depth` is the deepest level that has cells."""

    account_id = models.BigIntegerField(primary_key=True)
    received = models.DecimalField(max_digits=40, decimal_places=0)
    given = models.DecimalField(max_digits=40, decimal_places=0)
    pending_in = models.DecimalField(max_digits=40, decimal_places=0)
    pending_out = models.DecimalField(max_digits=40, decimal_places=0)
    entries = models.BigIntegerField()
    depth = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"total of account {self.account_id}"


class AccountCell(models.Model):
    """What an account received and gave in a span of effective time, which `level` makes long or short.

    A cell that is split is the sum of its cells one level down; those without an entry have no row.
    """

    pk = models.CompositePrimaryKey("account_id", "level", "start")
    account_id = models.BigIntegerField()
    level = models.SmallIntegerField()
    start = models.DateTimeField()
    received = models.DecimalField(max_digits=40, decimal_places=0)
    given = models.DecimalField(max_digits=40, decimal_places=0)
    entries = models.BigIntegerField()
    is_split = models.BooleanField()

    def __str__(self) -> str:
        return f"cell of account {self.account_id} at level {self.level} from {self.start}"


class UntimelyEntry(models.Model):
    """A movement recorded more than ten seconds before or after it took effect: `moved` into the account."""

    pk = models.CompositePrimaryKey("account_id", "recorded_at", "transfer_id")
    account_id = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    transfer_id = models.BigIntegerField()
    effective_at = models.DateTimeField()
    moved = models.BigIntegerField()

    class Meta:
        indexes = (
            models.Index(
                fields=["account_id", "effective_at"],
                condition=Q(effective_at__gt=F("recorded_at")),
                name="ledger_untimelyentry_early",
            ),
        )

    def __str__(self) -> str:
        return f"transfer {self.transfer_id} on account {self.account_id}"
