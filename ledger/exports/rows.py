"""The ledger's rows for plain-text files, in order, through server-side cursors: constant memory.

Journals and transfers come through a cursor each, both in the order of their primary keys, and are put
together here: no join of the two, so nothing is sorted.
"""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from ledger.domain.days import day_of
from ledger.domain.exports.names import commodity_of
from ledger.domain.exports.values import (
    ExportedAccount,
    ExportedBook,
    ExportedJournal,
    ExportedTransfer,
    OpeningBalance,
)
from ledger.exports.conditions import BALANCES_BEFORE, Conditions, reserve_zone
from ledger.models import Book

ROWS_AT_A_TIME = 2000

_JOURNALS = """
select id, kind, idempotency_key, effective_at, recorded_at, adjusts_month, reference_type, reference_id,
    metadata::text, reverses_id, fingerprint_version, encode(fingerprint, 'hex')
from ledger_journal journal where {where} order by id
"""

_TRANSFERS = """
select transfer.journal_id, transfer.id & 65535, source.book_id, source.path, target.path, transfer.amount,
    transfer.phase, transfer.resolves_id, transfer.expires_at
from ledger_transfer transfer
join ledger_account source on source.id = transfer.source_id
join ledger_account target on target.id = transfer.target_id
where {where} order by transfer.id
"""

_ACCOUNTS = """
select account.path, account.book_id, account.closed_at
from ledger_account account where {where} order by account.path
"""

_OPENING = """
select account.book_id, account.path, total.balance
from {totals} as total
join ledger_account account on account.id = total.account_id
order by account.book_id, account.path
"""

Books = dict[int, ExportedBook]


def list_books(conditions: Conditions) -> Books:
    """The books of the scope by number, in that order."""
    chosen = conditions.values.get("books")
    rows = Book.objects.filter(id__in=chosen) if chosen else Book.objects.all()
    return {
        book.id: ExportedBook(
            book.id, book.code, book.unit, commodity_of(number=book.id, code=book.code, unit=book.unit)
        )
        for book in rows.order_by("id")
    }


def read_accounts(conditions: Conditions, books: Books) -> Iterator[ExportedAccount]:
    """Every account of the books, in the order of paths."""
    for path, book, closed_at in stream(_ACCOUNTS.format(where=conditions.accounts), conditions.values):
        yield ExportedAccount(path, books[book], closed_at)


def read_opening(conditions: Conditions, books: Books) -> Iterator[OpeningBalance]:
    """What the accounts held before the first exported journal; of each book together."""
    for book, path, balance in stream(
        _OPENING.format(totals=BALANCES_BEFORE.format(where=conditions.before)), conditions.values
    ):
        yield OpeningBalance(books[book], path, int(balance))


def read_journals(conditions: Conditions, books: Books) -> Iterator[ExportedJournal]:
    """Every journal of the scope with its transfers in the scope's books, in the order of numbers."""
    zone = reserve_zone()
    transfers = groupby(
        stream(_TRANSFERS.format(where=conditions.transfers), conditions.values), key=itemgetter(0)
    )
    for number, kind, key, effective_at, *rest in stream(
        _JOURNALS.format(where=conditions.journals), conditions.values
    ):
        of_journal, rows = next(transfers, (number, ()))
        if of_journal != number:
            raise RuntimeError(f"transfers of journal {of_journal} where those of {number} belong")
        day = day_of(effective_at, zone)
        made = [ExportedTransfer(place, books[book], *values) for _, place, book, *values in rows]
        yield ExportedJournal._make((number, kind, key, effective_at, day, *rest, made))


def first_day(conditions: Conditions) -> date | None:
    """The earliest effective day of the scope's journals; None if there are none."""
    query = f"select min(effective_at) from ledger_journal journal where {conditions.journals}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, conditions.values)
        (moment,) = cursor.fetchone()
    return None if moment is None else day_of(moment, reserve_zone())


def stream(query: str, values: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The query's rows through a server-side cursor."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, values)
        while rows := cursor.fetchmany(ROWS_AT_A_TIME):
            yield from rows
