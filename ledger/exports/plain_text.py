"""The ledger as one plain-text accounting file, hledger's or beancount's, in constant memory."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import chain, groupby
from typing import Protocol

from ledger.domain.exports import beancount, hledger
from ledger.domain.exports.scope import ExportScope
from ledger.domain.exports.values import ExportedAccount, ExportedBook, ExportedJournal, OpeningBalance
from ledger.exports.conditions import Conditions, conditions_of
from ledger.exports.rows import Books, first_day, list_books, read_accounts, read_journals, read_opening

TITLE = "Strongroom ledger"
# Stands for a day where nothing was ever posted.
NO_DAY = date(1970, 1, 1)
JOURNALS_AT_A_TIME = 500


class PlainTextFormat(Protocol):
    """What a format has to say; every function gives lines."""

    def head_lines(self, title: str) -> Iterator[str]: ...  # noqa: D102
    def book_lines(self, book: ExportedBook, opened_on: date) -> Iterator[str]: ...  # noqa: D102
    def account_lines(self, account: ExportedAccount, opened_on: date) -> Iterator[str]: ...  # noqa: D102
    def opening_lines(self, book: ExportedBook, day: date) -> Iterator[str]: ...  # noqa: D102
    def opening_posting_lines(self, opening: OpeningBalance) -> Iterator[str]: ...  # noqa: D102
    def journal_lines(self, journal: ExportedJournal) -> Iterator[str]: ...  # noqa: D102


PLAIN_TEXT_FORMATS: dict[str, PlainTextFormat] = {"hledger": hledger, "beancount": beancount}


def plain_text_chunks(
    *, format_name: str, scope: ExportScope, advance: Callable[[int], None]
) -> Iterator[str]:
    """The file's text, piece by piece; `advance` hears how many more journals are done.

    Read it to the end inside `one_state`. Raises UnknownBook.
    """
    written = PLAIN_TEXT_FORMATS[format_name]
    conditions = conditions_of(scope)
    books = list_books(conditions)
    begins_on = scope.since if isinstance(scope.since, date) else first_day(conditions) or NO_DAY
    for line in chain(
        _front_lines(written, conditions, books, begins_on),
        _opening_lines(written, conditions, books, begins_on),
    ):
        yield f"{line}\n"
    made: list[str] = []
    count = 0
    for journal in read_journals(conditions, books):
        made.extend(written.journal_lines(journal))
        count += 1
        if count == JOURNALS_AT_A_TIME:
            yield _text(made)
            advance(count)
            made, count = [], 0
    yield _text(made)
    advance(count)


def _front_lines(
    written: PlainTextFormat, conditions: Conditions, books: Books, opened_on: date
) -> Iterator[str]:
    yield from written.head_lines(TITLE)
    for book in books.values():
        yield from written.book_lines(book, opened_on)
    yield ""
    for account in read_accounts(conditions, books):
        yield from written.account_lines(account, opened_on)


def _opening_lines(
    written: PlainTextFormat, conditions: Conditions, books: Books, day: date
) -> Iterator[str]:
    for book, openings in groupby(read_opening(conditions, books), key=lambda opening: opening.book):
        yield from written.opening_lines(book, day)
        for opening in openings:
            yield from written.opening_posting_lines(opening)


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
