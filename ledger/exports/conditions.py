"""A scope as conditions of SQL, with the tables under the names `journal`, `transfer`, `account`, `book`."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from ledger.domain.days import end_of_day, start_of_day
from ledger.domain.exports.scope import ExportScope
from ledger.domain.numbers import BOOK_BITS, JOURNAL_BITS
from ledger.errors import UnknownBook
from ledger.models import Book
from ledger.selectors import OF_JOURNAL

BALANCES_BEFORE = """(
    select side.account_id, sum(side.moved) as balance
    from ledger_transfer transfer
    cross join lateral (
        values (transfer.source_id, -transfer.amount), (transfer.target_id, transfer.amount)
    ) as side(account_id, moved)
    where transfer.phase in ('posted', 'post') and {where}
    group by side.account_id having sum(side.moved) <> 0
)"""
"""What accounts held, to be given `Conditions.before`."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What chooses rows; all of them take `values`. `before` chooses what opening balances add up."""

    journals: str
    transfers: str
    before: str
    books: str
    accounts: str
    values: dict[str, Any]
    has_before: bool


def reserve_zone() -> ZoneInfo:
    """The zone whose calendar days count."""
    return ZoneInfo(settings.TIME_ZONE)


def conditions_of(scope: ExportScope) -> Conditions:
    """The scope's conditions. Raises UnknownBook."""
    values: dict[str, Any] = {}
    of_journals, of_transfers, before = _range_of(scope, values)
    in_books = "true"
    if scope.books:
        values["books"] = _numbers_of(scope.books)
        in_books = f"transfer.source_id >> {BOOK_BITS} = any(%(books)s)"
        of_journals += f" and exists (select from ledger_transfer transfer where {OF_JOURNAL} and {in_books})"
    return Conditions(
        journals=of_journals,
        transfers=f"{of_transfers} and {in_books}",
        before=f"{before} and {in_books}",
        books="book.id = any(%(books)s)" if scope.books else "true",
        accounts="account.book_id = any(%(books)s)" if scope.books else "true",
        values=values,
        has_before=scope.since is not None,
    )


def _range_of(scope: ExportScope, values: dict[str, Any]) -> tuple[str, str, str]:
    of_journals, of_transfers, before = ["true"], ["true"], "false"
    if isinstance(scope.since, date):
        values["since"] = start_of_day(scope.since, reserve_zone())
        of_journals.append("journal.effective_at >= %(since)s")
        of_transfers.append("transfer.effective_at >= %(since)s")
        before = "transfer.effective_at < %(since)s"
    elif scope.since is not None:
        values["since"] = scope.since
        of_journals.append("journal.id >= %(since)s")
        of_transfers.append(f"transfer.id >= %(since)s::bigint << {JOURNAL_BITS}")
        before = f"transfer.id < %(since)s::bigint << {JOURNAL_BITS}"
    if isinstance(scope.until, date):
        values["until"] = end_of_day(scope.until, reserve_zone())
        of_journals.append("journal.effective_at < %(until)s")
        of_transfers.append("transfer.effective_at < %(until)s")
    elif scope.until is not None:
        values["until"] = scope.until
        of_journals.append("journal.id <= %(until)s")
        of_transfers.append(f"transfer.id < (%(until)s::bigint + 1) << {JOURNAL_BITS}")
    return " and ".join(of_journals), " and ".join(of_transfers), before


def _numbers_of(codes: tuple[str, ...]) -> list[int]:
    known = dict(Book.objects.filter(code__in=codes).values_list("code", "id"))
    for code in codes:
        if code not in known:
            raise UnknownBook("There is no book of this code.", book=code)
    return list(known.values())
