"""Books, their accounts, and the kept balances of guarded accounts."""

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact

from ledger.domain.accounts import LONGEST_PATH
from ledger.domain.numbers import BOOK_BITS
from ledger.models.domains import DomainField


class Book(models.Model):
    """Accounts that may exchange amounts: one unit, one meaning. Its accounts always sum to zero."""

    class Unit(models.TextChoices):
        GRAM = "g"
        CENT = "cent"

    code = models.CharField(max_length=100, db_collation="C")
    unit = models.CharField(max_length=4, choices=Unit.choices)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["code"], name="ledger_book_code_unique"),
            models.CheckConstraint(condition=~Q(code=""), name="ledger_book_code_given"),
            models.CheckConstraint(condition=Q(unit__in=["g", "cent"]), name="ledger_book_unit_known"),
        )

    def __str__(self) -> str:
        return self.code


class Account(models.Model):
    """A place in one book where an amount can be.

    `id` is the book's number, shifted left by 32 bits, and a number from a sequence: so a check can
    tell that two accounts are of one book, without looking them up. The path's collation is "C", so
    that its one unique index also serves prefix searches. `limit` is the most that a guarded account may
    hold; null means no limit.
    """

    id = models.BigIntegerField(primary_key=True)
    path = models.CharField(max_length=LONGEST_PATH, db_collation="C")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts")
    is_guarded = models.BooleanField(default=False)
    limit = models.BigIntegerField(null=True, db_column="balance_limit")
    mirror = models.CharField(max_length=100, null=True, db_collation="C")
    mirror_side = models.SmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["path"], name="ledger_account_path_unique"),
            models.CheckConstraint(
                condition=Exact(F("id").bitrightshift(BOOK_BITS), F("book_id")),
                name="ledger_account_id_carries_book",
            ),
            models.CheckConstraint(condition=~Q(path=""), name="ledger_account_path_given"),
            models.CheckConstraint(
                condition=Q(mirror__isnull=True, mirror_side=0)
                | Q(mirror__isnull=False, mirror_side__in=[-1, 1]),
                name="ledger_account_mirror_has_side",
            ),
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | Q(is_guarded=True, limit__gte=0),
                name="ledger_account_limit_guarded",
            ),
        )

    def __str__(self) -> str:
        return self.path


class AccountBalance(models.Model):
    """What a guarded account holds. Unguarded accounts have no row, so that nobody queues for it.

    `available` is what can still be taken out: all that is posted but what pending transfers reserve.
    `headroom` is what can still be put in before the account reaches its limit, counting what is pending;
    null means no limit. Neither can be below zero: their types say so. `path`, `is_mirrored` and `is_closed`
    repeat the account's, so that one statement finds the row, looks at it and changes it.
    """

    account = models.OneToOneField(
        Account, on_delete=models.PROTECT, primary_key=True, related_name="balance", db_constraint=False
    )
    path = models.CharField(max_length=LONGEST_PATH, db_collation="C")
    is_mirrored = models.BooleanField(default=False)
    is_closed = models.BooleanField(default=False)
    available = DomainField(default=0, domain="ledger_available")
    headroom = DomainField(null=True, domain="ledger_headroom")
    pending_in = DomainField(default=0, domain="ledger_pending")
    pending_out = DomainField(default=0, domain="ledger_pending")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["path"], name="ledger_accountbalance_path_unique"),)

    def __str__(self) -> str:
        return f"balance of account {self.account_id}"

    @property
    def posted(self) -> int:
        """The balance: what can be taken out and what is reserved."""
        return int(self.available + self.pending_out)
