"""The trial balance: every account of a book with what it received and gave, which add up to the same."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

_TRIAL_BALANCE = """
select book.code, book.unit, account.path, coalesce(sums.received, 0), coalesce(sums.given, 0)
from ledger_account account
join ledger_book book on book.id = account.book_id
left join {sums} as sums on sums.account_id = account.id
where book.code = coalesce(%(book)s, book.code)
order by book.code, account.path
"""

_ACCOUNTS = """array(
    select account.id from ledger_account account join ledger_book book on book.id = account.book_id
    where book.code = coalesce(%(book)s, book.code)
)"""
_NOW = _TRIAL_BALANCE.format(sums=f"ledger_balances_now({_ACCOUNTS})")
_AS_OF = _TRIAL_BALANCE.format(sums=f"ledger_sums({_ACCOUNTS}, %(effective_at)s, %(recorded_at)s)")


@dataclass(frozen=True, slots=True)
class TrialBalanceLine:
    """One account's posted totals, in the book's unit."""

    book: str
    unit: str
    path: str
    received: int
    given: int

    @property
    def balance(self) -> int:
        """What the account holds."""
        return self.received - self.given


def list_trial_balance(
    *, book: str | None = None, effective_at: datetime | None = None, recorded_at: datetime | None = None
) -> list[TrialBalanceLine]:
    """Every account of the book (or of all books), counting what was effective before `effective_at`.

    With `recorded_at`, which needs `effective_at`, only what had been recorded by then.
    """
    values = {"book": book, "effective_at": effective_at, "recorded_at": recorded_at}
    with connection.cursor() as cursor:
        cursor.execute(_NOW if effective_at is None else _AS_OF, values)
        return [
            TrialBalanceLine(code, unit, path, int(received), int(given))
            for code, unit, path, received, given in cursor.fetchall()
        ]
