"""The trial balance: every account of a book with what it received and gave, which add up to the same."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

_TRIAL_BALANCE = """
select book.code, book.unit, account.path, coalesce(sum(moved) filter (where moved > 0), 0),
    coalesce(-sum(moved) filter (where moved < 0), 0)
from ledger_account account
join ledger_book book on book.id = account.book_id
left join (
    select source_id as account_id, -amount as moved, effective_at from ledger_transfer
    where phase in ('posted', 'post')
    union all
    select target_id, amount, effective_at from ledger_transfer where phase in ('posted', 'post')
) as effect on effect.account_id = account.id
    and effect.effective_at < coalesce(%(effective_at)s::timestamptz, 'infinity')
where book.code = coalesce(%(book)s, book.code)
group by book.code, book.unit, account.path
order by book.code, account.path
"""


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
    *, book: str | None = None, effective_at: datetime | None = None
) -> list[TrialBalanceLine]:
    """Every account of the book (or of all books), counting what was effective before `effective_at`."""
    with connection.cursor() as cursor:
        cursor.execute(_TRIAL_BALANCE, {"book": book, "effective_at": effective_at})
        return [
            TrialBalanceLine(code, unit, path, int(received), int(given))
            for code, unit, path, received, given in cursor.fetchall()
        ]
