"""What an export is made of, as it is read from the database."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple


class ExportedBook(NamedTuple):
    """A book. `commodity` is what its amounts are called in plain-text accounting files."""

    number: int
    code: str
    unit: str
    commodity: str


class ExportedAccount(NamedTuple):
    """An account of a book."""

    path: str
    book: ExportedBook
    closed_at: datetime | None


class ExportedTransfer(NamedTuple):
    """One transfer of a journal; `place` counts from one."""

    place: int
    book: ExportedBook
    source: str
    target: str
    amount: int
    phase: str
    resolves: int | None
    expires_at: datetime | None


class ExportedJournal(NamedTuple):
    """One journal. `metadata` is JSON text, `fingerprint` hexadecimal, `day` the reserve's effective day."""

    number: int
    kind: str
    idempotency_key: str
    effective_at: datetime
    day: date
    recorded_at: datetime
    adjusts_month: date | None
    reference_type: str
    reference_id: str
    metadata: str
    reverses: int | None
    fingerprint_version: int
    fingerprint: str
    transfers: Sequence[ExportedTransfer]


class OpeningBalance(NamedTuple):
    """What an account held before the first exported journal, in its book's unit."""

    book: ExportedBook
    path: str
    balance: int
