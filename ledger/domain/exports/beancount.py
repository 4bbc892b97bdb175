"""Lines of a beancount file.

What moves is a posting. What only reserves or releases is metadata: beancount would count it.
"""

from collections.abc import Iterator
from datetime import date

from ledger.domain.exports.moments import text_of_moment
from ledger.domain.exports.names import amount_text, beancount_account
from ledger.domain.exports.values import (
    ExportedAccount,
    ExportedBook,
    ExportedJournal,
    ExportedTransfer,
    OpeningBalance,
)

_ESCAPES = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\b": "\\b"}
)


def head_lines(title: str) -> Iterator[str]:
    """The first lines of the file."""
    yield f'option "title" {quoted(title)}'


def book_lines(book: ExportedBook, opened_on: date) -> Iterator[str]:
    """The commodity of a book."""
    yield ""
    yield f"{opened_on} commodity {book.commodity}"
    yield f"  book: {quoted(book.code)}"
    yield f"  unit: {quoted(book.unit)}"


def account_lines(account: ExportedAccount, opened_on: date) -> Iterator[str]:
    """The opening of an account. No closing: a journal may take effect after the day it was closed."""
    yield f"{opened_on} open {beancount_account(account.path)} {account.book.commodity}"
    yield f"  path: {quoted(account.path)}"
    if account.closed_at is not None:
        yield f"  closed-at: {quoted(text_of_moment(account.closed_at))}"


def opening_lines(book: ExportedBook, day: date) -> Iterator[str]:
    """The head of a transaction that brings in what a book's accounts held before."""
    yield ""
    yield f'{day} * "opening balances" {quoted(book.code)}'


def opening_posting_lines(opening: OpeningBalance) -> Iterator[str]:
    """One account of an opening transaction."""
    yield _posting(opening.path, opening.balance, opening.book)


def journal_lines(journal: ExportedJournal) -> Iterator[str]:
    """One journal as one transaction. Its link leads to it from the journal that reverses it."""
    reference = f"{journal.reference_type} {journal.reference_id}".strip()
    link = f" ^journal-{journal.reverses}" if journal.reverses is not None else ""
    yield ""
    yield f"{journal.day} * {quoted(journal.kind)} {quoted(reference)} ^journal-{journal.number}{link}"
    yield f"  journal: {journal.number}"
    yield f"  idempotency-key: {quoted(journal.idempotency_key)}"
    yield f'  effective-at: "{text_of_moment(journal.effective_at)}"'
    yield f'  recorded-at: "{text_of_moment(journal.recorded_at)}"'
    yield f'  fingerprint: "{journal.fingerprint_version} {journal.fingerprint}"'
    if journal.reverses is not None:
        yield f"  reverses: {journal.reverses}"
    if journal.adjusts_month is not None:
        yield f"  adjusts-month: {journal.adjusts_month}"
    if journal.metadata != "{}":
        yield f"  metadata: {quoted(journal.metadata)}"
    for transfer in journal.transfers:
        if transfer.phase != "posted":
            yield f"  transfer-{transfer.place}: {quoted(_reserve_text(transfer))}"
    for transfer in journal.transfers:
        if transfer.phase in ("posted", "post"):
            yield _posting(transfer.source, -transfer.amount, transfer.book)
            yield _posting(transfer.target, transfer.amount, transfer.book)


def _reserve_text(transfer: ExportedTransfer) -> str:
    resolves = f" resolves {transfer.resolves}" if transfer.resolves is not None else ""
    expires = f" expires {text_of_moment(transfer.expires_at)}" if transfer.expires_at else ""
    way = f"from {beancount_account(transfer.source)} to {beancount_account(transfer.target)}"
    return f"{transfer.phase} {_amount(transfer.amount, transfer.book)} {way}{resolves}{expires}"


def _posting(path: str, amount: int, book: ExportedBook) -> str:
    return f"  {beancount_account(path)}  {_amount(amount, book)}"


def _amount(amount: int, book: ExportedBook) -> str:
    return f"{amount_text(amount, book.unit)} {book.commodity}"


def quoted(text: str) -> str:
    """The text as a string of beancount, on one line."""
    return f'"{text.translate(_ESCAPES)}"'
