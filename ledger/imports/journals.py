"""Journals with their transfers, put together from two files and checked against their fingerprints."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from ledger.domain.canonical import VERSION, JournalContent, TransferContent, fingerprint_of
from ledger.domain.exports.tables import parse_metadata
from ledger.domain.numbers import MOST_TRANSFERS, journal_id_of
from ledger.errors import ExportHashWrong, ExportVersionUnknown
from ledger.imports.files import ReadRow


class ReadJournal(NamedTuple):
    """A journal's row and those of its transfers."""

    row: ReadRow
    transfers: list[ReadRow]


# Number of an account and of its book, by path.
Accounts = Mapping[str, tuple[int, int]]


def read_journals(
    journals: Iterator[ReadRow], transfers: Iterator[ReadRow], accounts: Accounts
) -> Iterator[ReadJournal]:
    """Every journal, in the order of numbers, each what its fingerprint was made of.

    Raises ExportMalformed, ExportVersionUnknown, ExportHashWrong.
    """
    ahead = next(transfers, None)
    last = 0
    for row in journals:
        number = row.cells["number"]
        if number <= last:
            raise row.malformed("Journals are not in the order of their numbers.", field="number")
        last = number
        own = []
        while ahead is not None and ahead.cells["journal"] <= number:
            own.append(ahead)
            ahead = next(transfers, None)
        _check_places(row, own)
        for transfer in own:
            _check_accounts(transfer, accounts)
        _check_fingerprint(row, own)
        yield ReadJournal(row, own)
    if ahead is not None:
        raise ahead.malformed("There is no journal of this number.", field="journal")


def _check_places(row: ReadRow, transfers: list[ReadRow]) -> None:
    number = row.cells["number"]
    if not transfers:
        raise row.malformed("The journal has no transfers.", field="number")
    for transfer in transfers:
        if transfer.cells["journal"] != number or journal_id_of(transfer.cells["number"]) != number:
            raise transfer.malformed("The transfer is not its journal's.", field="journal")
    if transfers[0].cells["number"] & MOST_TRANSFERS != 1:
        raise transfers[0].malformed("The journal's first transfer is missing.", field="number")
    for before, transfer in pairwise(transfers):
        if transfer.cells["number"] != before.cells["number"] + 1:
            raise transfer.malformed("A transfer is missing before this one.", field="number")


def _check_accounts(transfer: ReadRow, accounts: Accounts) -> None:
    books = []
    for field in ("source", "target"):
        found = accounts.get(transfer.cells[field])
        if found is None:
            raise transfer.malformed("There is no account of this path.", field=field)
        books.append(found[1])
    if books[0] != books[1]:
        raise transfer.malformed("The accounts are of two books.", field="target")


def _check_fingerprint(row: ReadRow, transfers: list[ReadRow]) -> None:
    cells = row.cells
    if cells["fingerprint_version"] != VERSION:
        raise ExportVersionUnknown(
            "The fingerprint has another version.", field="fingerprint_version", file=row.file, line=row.line
        )
    content = JournalContent(
        kind=cells["kind"],
        idempotency_key=cells["idempotency_key"],
        effective_at=cells["effective_at"],
        adjusts_month=cells["adjusts_month"],
        reference_type=cells["reference_type"],
        reference_id=cells["reference_id"],
        metadata=parse_metadata(cells["metadata"]),
        reverses=cells["reverses"],
        transfers=tuple(_content_of(transfer.cells) for transfer in transfers),
    )
    if fingerprint_of(content) != cells["fingerprint"]:
        raise ExportHashWrong(
            "The journal is not what its fingerprint was made of.",
            field="fingerprint",
            file=row.file,
            line=row.line,
            journal=cells["number"],
        )


def _content_of(cells: Mapping[str, object]) -> TransferContent:
    names = ("phase", "source", "target", "amount", "resolves", "expires_at")
    return TransferContent._make(cells[name] for name in names)
