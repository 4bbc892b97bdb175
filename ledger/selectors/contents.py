"""What journals say, read from their rows as it was posted: to recompute fingerprints and to prove them."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from django.db import connection

from ledger.domain.canonical import JournalContent, TransferContent

# A time or day that no journal can have (the driver could not even read it) comes as none, marked.
_ROWS = """
select journal.id, case when recording.fits then journal.recorded_at end, journal.fingerprint_version,
    journal.fingerprint, journal.kind, journal.idempotency_key,
    case when effect.fits then journal.effective_at end, case when month.fits then journal.adjusts_month end,
    journal.reference_type, journal.reference_id, journal.metadata::text, journal.reverses_id,
    transfer.id, transfer.phase, source.path, target.path, transfer.amount, transfer.resolves_id,
    case when expiry.fits then transfer.expires_at end,
    recording.fits and effect.fits and month.fits and expiry.fits
from ledger_journal journal
left join ledger_transfer transfer
    on transfer.id between journal.id << 16 and ((journal.id + 1) << 16) - 1
left join ledger_account source on source.id = transfer.source_id
left join ledger_account target on target.id = transfer.target_id
cross join lateral (
    select journal.recorded_at between '0001-01-02' and '9999-12-30' as fits) as recording
cross join lateral (
    select journal.effective_at between '0001-01-02' and '9999-12-30' as fits) as effect
cross join lateral (
    select coalesce(journal.adjusts_month between '0001-01-01' and '9999-12-31', true) as fits) as month
cross join lateral (
    select coalesce(transfer.expires_at between '0001-01-02' and '9999-12-30', true) as fits) as expiry
where journal.id = any(%s)
order by journal.id, transfer.id
"""


class StoredTransfer(NamedTuple):
    """A journal with one of its transfers, or with none in the fields from `transfer_id` on."""

    journal_id: int
    recorded_at: datetime | None
    version: int
    fingerprint: bytes
    kind: str
    idempotency_key: str
    effective_at: datetime | None
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
    is_readable: bool


def read_journals(*, journal_ids: Sequence[int]) -> Iterator[list[StoredTransfer]]:
    """The rows of each journal, in the order of numbers: one for each transfer, at least one."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [list(journal_ids)])
        found = map(StoredTransfer._make, cursor.fetchall())
    for _, rows in groupby(found, key=lambda row: row.journal_id):
        yield list(rows)


def content_of(rows: Sequence[StoredTransfer]) -> JournalContent | None:
    """The content the rows tell; None if no journal could be like that."""
    first = rows[0]
    metadata = json.loads(first.metadata)
    if (
        first.effective_at is None
        or not all(row.is_readable for row in rows)
        or not isinstance(metadata, dict)
        or not all(isinstance(value, str) for value in metadata.values())
    ):
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
