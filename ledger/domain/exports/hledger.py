"""Lines of an hledger journal file.

What moves is a posting. What only reserves or releases is a comment: hledger would count it.
"""

from collections.abc import Iterator
from datetime import date

from ledger.domain.exports.moments import text_of_moment
from ledger.domain.exports.names import amount_text, hledger_account
from ledger.domain.exports.values import (
    ExportedAccount,
    ExportedBook,
    ExportedJournal,
    ExportedTransfer,
    OpeningBalance,
)

# Comments, tags, notes, postings' dates and escapes begin or end with these.
_MEANINGFUL = frozenset("%;|,:[]")


def head_lines(title: str) -> Iterator[str]:
    """The first lines of the file."""
    yield f"; {escape(title)}"


def book_lines(book: ExportedBook, opened_on: date) -> Iterator[str]:  # noqa: ARG001 - as beancount's
    """The commodity of a book."""
    yield ""
    point = "" if book.unit == "cent" else "."
    yield (
        f"commodity {amount_text(1000, book.unit)}{point} {_commodity(book)}"
        f"  ; book:{escape(book.code)}, unit:{book.unit}"
    )


def account_lines(account: ExportedAccount, opened_on: date) -> Iterator[str]:  # noqa: ARG001
    """The declaration of an account."""
    closed = f"  ; closed-at:{text_of_moment(account.closed_at)}" if account.closed_at else ""
    yield f"account {hledger_account(account.path)}{closed}"


def opening_lines(book: ExportedBook, day: date) -> Iterator[str]:
    """The head of a transaction that brings in what a book's accounts held before."""
    yield ""
    yield f"{day} * opening balances | {escape(book.code)}"


def opening_posting_lines(opening: OpeningBalance) -> Iterator[str]:
    """One account of an opening transaction."""
    yield _posting(opening.path, opening.balance, opening.book)


def journal_lines(journal: ExportedJournal) -> Iterator[str]:
    """One journal as one transaction."""
    reference = f"{journal.reference_type} {journal.reference_id}".strip()
    note = f" | {escape(reference)}" if reference else ""
    yield ""
    yield f"{journal.day} * ({journal.number}) {escape(journal.kind)}{note}"
    yield f"    ; idempotency-key:{escape(journal.idempotency_key)}"
    yield (
        f"    ; effective-at:{text_of_moment(journal.effective_at)},"
        f" recorded-at:{text_of_moment(journal.recorded_at)}"
    )
    yield f"    ; fingerprint:{journal.fingerprint_version} {journal.fingerprint}"
    if journal.reverses is not None:
        yield f"    ; reverses:{journal.reverses}"
    if journal.adjusts_month is not None:
        yield f"    ; adjusts-month:{journal.adjusts_month}"
    if journal.metadata != "{}":
        yield f"    ; metadata:{escape(journal.metadata)}"
    for transfer in journal.transfers:
        yield from _transfer_lines(transfer)


def _transfer_lines(transfer: ExportedTransfer) -> Iterator[str]:
    if transfer.phase != "posted":
        resolves = f", resolves:{transfer.resolves}" if transfer.resolves is not None else ""
        expires = f", expires-at:{text_of_moment(transfer.expires_at)}" if transfer.expires_at else ""
        yield (
            f"    ; {transfer.phase}:transfer {transfer.place} {_amount(transfer.amount, transfer.book)}"
            f" from {hledger_account(transfer.source).replace(':', '/')}"
            f" to {hledger_account(transfer.target).replace(':', '/')}{resolves}{expires}"
        )
    if transfer.phase in ("posted", "post"):
        yield _posting(transfer.source, -transfer.amount, transfer.book)
        yield _posting(transfer.target, transfer.amount, transfer.book)


def _posting(path: str, amount: int, book: ExportedBook) -> str:
    return f"    {hledger_account(path)}  {_amount(amount, book)}"


def _amount(amount: int, book: ExportedBook) -> str:
    return f"{amount_text(amount, book.unit)} {_commodity(book)}"


def _commodity(book: ExportedBook) -> str:
    return book.commodity if book.commodity.isalpha() else f'"{book.commodity}"'


def escape(text: str) -> str:
    """The text on one line, with nothing in it that hledger gives a meaning to; percent-encoded."""
    if text.isprintable() and _MEANINGFUL.isdisjoint(text) and text.strip() == text:
        return text
    last = len(text) - 1
    return "".join(
        character
        if character.isprintable() and character not in _MEANINGFUL and (character != " " or 0 < place < last)
        else "".join(f"%{byte:02X}" for byte in character.encode())
        for place, character in enumerate(text)
    )
