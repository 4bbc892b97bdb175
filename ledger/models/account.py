"""Books, their accounts, and the kept balances of guarded accounts."""

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact

from ledger.domain.numbers import BOOK_BITS


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
    that its one unique index also serves prefix searches.
    """

    id = models.BigIntegerField(primary_key=True)
    path = models.CharField(max_length=300, db_collation="C")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="accounts")
    is_guarded = models.BooleanField(default=False)
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
        )

    def __str__(self) -> str:
        return self.path


class AccountBalance(models.Model):
    """What a guarded account holds. Unguarded accounts have no row, so that nobody queues for it.

    `limit` is the most the account may hold; null means no limit, and a check that comes to null holds.
    That no limit is below zero follows from the three checks together.
    """

    account = models.OneToOneField(
        Account, on_delete=models.PROTECT, primary_key=True, related_name="balance"
    )
    posted = models.BigIntegerField(default=0)
    pending_in = models.BigIntegerField(default=0)
    pending_out = models.BigIntegerField(default=0)
    limit = models.BigIntegerField(null=True, db_column="balance_limit")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(posted__gte=F("pending_out")),
                name="ledger_accountbalance_never_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(posted__lte=F("limit") - F("pending_in")),
                name="ledger_accountbalance_within_limit",
            ),
            models.CheckConstraint(
                condition=Q(pending_in__gte=0) & Q(pending_out__gte=0),
                name="ledger_accountbalance_pending_positive",
            ),
        )

    def __str__(self) -> str:
        return f"balance of account {self.account_id}"
