"""Every journal's fingerprint, recomputed from its rows as they are read: constant memory."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from django.db import connection

from ledger.domain.canonical import VERSION, JournalContent, TransferContent, fingerprint_of
from ledger.verification.registry import Finding

NAME = "ledger fingerprints"
INVARIANT = "Every journal has transfers, and its content is what its fingerprint was made of."
ROWS_AT_A_TIME = 2000

_ROWS = """
select journal.id, journal.fingerprint_version, journal.fingerprint, journal.kind, journal.idempotency_key,
    journal.effective_at, journal.adjusts_month, journal.reference_type, journal.reference_id,
    journal.metadata::text, journal.reverses_id, transfer.id, transfer.phase, source.path, target.path,
    transfer.amount, transfer.resolves_id, transfer.expires_at
from ledger_journal journal
left join ledger_transfer transfer on transfer.journal_id = journal.id
left join ledger_account source on source.id = transfer.source_id
left join ledger_account target on target.id = transfer.target_id
order by journal.id, transfer.id
"""


class _Row(NamedTuple):
    """A journal with one of its transfers, as `_ROWS` gives it."""

    journal_id: int
    version: int
    fingerprint: bytes
    kind: str
    idempotency_key: str
    effective_at: datetime
    adjusts_month: date | None
    reference_type: str
    reference_id: str
    metadata: str
    reverses: int | None
    transfer_id: int | None
    phase: str
    source: str | None
    target: str | None
    amount: int
    resolves: int | None
    expires_at: datetime | None


def check_fingerprints() -> Iterator[Finding]:
    """Every journal whose rows are not what was posted; the message lists its transfers."""
    for journal_id, rows in groupby(_read(), key=lambda row: row.journal_id):
        if message := _fault(list(rows)):
            yield Finding(f"ledger_journal {journal_id}", message)


def _read() -> Iterator[_Row]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ROWS)
        while rows := cursor.fetchmany(ROWS_AT_A_TIME):
            yield from map(_Row._make, rows)


def _fault(rows: Sequence[_Row]) -> str | None:
    first = rows[0]
    if first.transfer_id is None:
        return "has no transfers"
    if first.version != VERSION:
        return f"has a fingerprint of the unknown version {first.version}"
    content = _content(rows)
    if content is not None and fingerprint_of(content) == bytes(first.fingerprint):
        return None
    transfers = ", ".join(str(row.transfer_id) for row in rows)
    return f"is not what was posted: the journal or one of its transfers ({transfers}) was changed"


def _content(rows: Sequence[_Row]) -> JournalContent | None:
    """The content the rows tell; None if no journal could be like that."""
    first = rows[0]
    metadata = json.loads(first.metadata)
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        return None
    return JournalContent(
        kind=first.kind,
        idempotency_key=first.idempotency_key,
        effective_at=first.effective_at,
        adjusts_month=first.adjusts_month,
        reference_type=first.reference_type,
        reference_id=first.reference_id,
        metadata=metadata,
        reverses=first.reverses,
        transfers=tuple(
            TransferContent(
                row.phase, row.source or "", row.target or "", row.amount, row.resolves, row.expires_at
            )
            for row in rows
        ),
    )
