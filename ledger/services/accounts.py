"""Books and accounts: opened once, in bulk, and kept with the properties they were opened with."""

from collections.abc import Sequence

from django.db import connection

from errors import refusals_of_constraints
from ledger.domain.accounts import check_account, check_book
from ledger.domain.requests import AccountSpec, BookSpec
from ledger.errors import AccountConflict, BookConflict
from ledger.models import Book


def open_books(*, books: Sequence[BookSpec]) -> None:
    """Open the books that do not exist yet. Raises BookConflict, MalformedAccount."""
    for book in books:
        check_book(book)
    wanted = {book.code: book.unit for book in books}
    if len(wanted) < len(set(books)):
        raise BookConflict("One book was asked for with two units.")
    with refusals_of_constraints():
        Book.objects.bulk_create(
            [Book(code=code, unit=unit) for code, unit in sorted(wanted.items())], ignore_conflicts=True
        )
    for code, unit in Book.objects.filter(code__in=wanted).values_list("code", "unit"):
        if wanted[code] != unit:
            raise BookConflict("A book of this code exists with another unit.", book=code, unit=unit)


def open_accounts(*, accounts: Sequence[AccountSpec]) -> None:
    """Open the accounts that do not exist yet, guarded ones with their balance row.

    Raises MalformedAccount, UnknownBook, or AccountConflict if an account exists with other properties.
    """
    for account in accounts:
        check_account(account)
    wanted = {account.path: account for account in accounts}
    if len(wanted) < len(set(accounts)):
        raise AccountConflict("One account was asked for with two sets of properties.")
    specs = sorted(wanted.values(), key=lambda account: account.path)
    with refusals_of_constraints(), connection.cursor() as cursor:
        cursor.execute(
            "select ledger_open_accounts(%s::text[], %s::text[], %s::boolean[], %s::bigint[], %s::text[],"
            " %s::smallint[])",
            [
                [account.path for account in specs],
                [account.book for account in specs],
                [account.is_guarded for account in specs],
                [account.limit for account in specs],
                [account.mirror for account in specs],
                [account.mirror_side for account in specs],
            ],
        )


def close_accounts(*, paths: Sequence[str]) -> None:
    """Close accounts for good: they take no more transfers. Closing a closed account changes nothing.

    Raises UnknownAccount, or AccountNotEmpty if one holds a balance or has pending transfers.
    """
    with refusals_of_constraints(), connection.cursor() as cursor:
        cursor.execute("select ledger_close_accounts(%s::text[])", [list(paths)])
