"""The trial balance: every account of a book with what it received and gave, which add up to the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

_TRIAL_BALANCE = """
select book.code, book.unit, account.path, coalesce(sums.received, 0), coalesce(sums.given, 0)
from ledger_account account
join ledger_book book on book.id = account.book_id
left join {sums} as sums on sums.account_id = account.id
where book.code = coalesce(%(book)s, book.code) and book.unit = coalesce(%(unit)s, book.unit)
order by book.code, account.path
"""

_ACCOUNTS = """array(
    select account.id from ledger_account account join ledger_book book on book.id = account.book_id
    where book.code = coalesce(%(book)s, book.code) and book.unit = coalesce(%(unit)s, book.unit)
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


@dataclass(frozen=True, slots=True)
class UnitTotal:
    """The accounts of one unit together: what they received and gave, and what stands on either side.

    `held` adds up the balances above zero, `owed` those below: a ledger in balance has them equal.
    """

    unit: str
    accounts: int
    received: int
    given: int
    held: int
    owed: int

    @property
    def is_balanced(self) -> bool:
        """Whether the accounts add up to zero."""
        return self.received == self.given and self.held == self.owed


def list_trial_balance(
    *,
    book: str | None = None,
    unit: str | None = None,
    effective_at: datetime | None = None,
    recorded_at: datetime | None = None,
) -> list[TrialBalanceLine]:
    """Every account of the book, of the unit, or of all, counting what was effective before `effective_at`.

    With `recorded_at`, which needs `effective_at`, only what had been recorded by then.
    """
    values = {"book": book, "unit": unit, "effective_at": effective_at, "recorded_at": recorded_at}
    with connection.cursor() as cursor:
        cursor.execute(_NOW if effective_at is None else _AS_OF, values)
        return [
            TrialBalanceLine(code, measure, path, int(received), int(given))
            for code, measure, path, received, given in cursor.fetchall()
        ]


def total_by_unit(*, lines: Iterable[TrialBalanceLine]) -> list[UnitTotal]:
    """The lines of a trial balance added up, a total for each unit, in the order of units."""
    found: dict[str, list[TrialBalanceLine]] = {}
    for line in lines:
        found.setdefault(line.unit, []).append(line)
    return [
        UnitTotal(
            unit,
            len(of_unit),
            sum(line.received for line in of_unit),
            sum(line.given for line in of_unit),
            sum(line.balance for line in of_unit if line.balance > 0),
            -sum(line.balance for line in of_unit if line.balance < 0),
        )
        for unit, of_unit in sorted(found.items())
    ]
