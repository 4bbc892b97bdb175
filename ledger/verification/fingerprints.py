"""Every journal's content, recomputed: where the rows are, and what doesn't fit then once more in Python.

The query computes what `ledger.domain.canonical` does, for a range of journals in one pass. It also looks
whether each transfer belongs to its journal, repeats its times, and stays in one book.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from django.db import connection

from ledger.domain.canonical import VERSION, JournalContent, TransferContent, fingerprint_of
from ledger.verification.registry import Finding, JournalRange

NAME = "ledger fingerprints"
INVARIANT = "Every journal has transfers, and its content is what its fingerprint was made of."
TRANSFERS_NAME = "ledger transfers"
TRANSFERS_INVARIANT = (
    "A transfer belongs to a journal whose times it repeats, and its two accounts to one book."
)

SUSPECTS_AT_A_TIME = 500

_SUSPECTS = """
select coalesce(journal.id, part.journal_id)
from (select * from ledger_journal where id between %(first)s and %(last)s) as journal
full join (
    select journal_id, count(*) as transfer_count, string_agg(bytes, ''::bytea) as bytes,
        bool_and(is_fit) as are_fit, min(effective_at) as first_effective_at,
        max(effective_at) as last_effective_at, min(recorded_at) as first_recorded_at,
        max(recorded_at) as last_recorded_at
    from (
        select transfer.id >> 16 as journal_id, transfer.effective_at, transfer.recorded_at,
            transfer.id >> 16 = transfer.journal_id and source.book_id = target.book_id as is_fit,
            ledger_bytes_of_text(transfer.phase) || ledger_bytes_of_text(source.path)
                || ledger_bytes_of_text(target.path) || ledger_bytes_of_number(transfer.amount)
                || ledger_bytes_of_number(transfer.resolves_id) || ledger_bytes_of_time(transfer.expires_at)
                as bytes
        from ledger_transfer transfer
        left join ledger_account source on source.id = transfer.source_id
        left join ledger_account target on target.id = transfer.target_id
        where transfer.id between %(first_transfer)s and %(last_transfer)s
        order by transfer.id >> 16, transfer.id
    ) as transfer
    group by journal_id
) as part on part.journal_id = journal.id
where not coalesce(
    journal.id > 0 and are_fit
    and (first_effective_at, last_effective_at) = (journal.effective_at, journal.effective_at)
    and (first_recorded_at, last_recorded_at) = (journal.recorded_at, journal.recorded_at)
    and journal.fingerprint_version = 1 and journal.fingerprint = sha256(
        -- "strongroom journal", 00, 01.
        '\\x7374726f6e67726f6f6d206a6f75726e616c0001'::bytea || ledger_bytes_of_text(journal.kind)
        || ledger_bytes_of_text(journal.idempotency_key) || ledger_bytes_of_time(journal.effective_at)
        || ledger_bytes_of_day(journal.adjusts_month) || ledger_bytes_of_text(journal.reference_type)
        || ledger_bytes_of_text(journal.reference_id)
        || case when journal.metadata = '{}' then '\\x00000000'::bytea
            else ledger_bytes_of_metadata(journal.metadata) end
        || ledger_bytes_of_number(journal.reverses_id) || int4send(transfer_count::integer) || part.bytes
    ),
    false)
order by 1
"""

_ROWS = """
select journal.id, journal.fingerprint_version, journal.fingerprint, journal.kind, journal.idempotency_key,
    journal.effective_at, journal.adjusts_month, journal.reference_type, journal.reference_id,
    journal.metadata::text, journal.reverses_id, transfer.id, transfer.phase, source.path, target.path,
    transfer.amount, transfer.resolves_id, transfer.expires_at
from ledger_journal journal
left join ledger_transfer transfer
    on transfer.id between journal.id << 16 and ((journal.id + 1) << 16) - 1
left join ledger_account source on source.id = transfer.source_id
left join ledger_account target on target.id = transfer.target_id
where journal.id = any(%s)
order by journal.id, transfer.id
"""

_UNFIT_TRANSFERS = """
select transfer.id, case
    when journal.id is null then format('journal %%s does not exist or is not its own', transfer.journal_id)
    when source.id is null or target.id is null then 'an account does not exist'
    when source.book_id <> target.book_id
        then format('%%s and %%s are not in one book', source.path, target.path)
    else 'its times are not those of its journal' end
from unnest(%s::bigint[]) as asked(id)
join ledger_transfer transfer on transfer.id between asked.id << 16 and ((asked.id + 1) << 16) - 1
left join ledger_journal journal on journal.id = transfer.journal_id and journal.id = transfer.id >> 16
left join ledger_account source on source.id = transfer.source_id
left join ledger_account target on target.id = transfer.target_id
where journal.id is null or source.id is null or target.id is null or source.book_id <> target.book_id
    or (journal.effective_at, journal.recorded_at) <> (transfer.effective_at, transfer.recorded_at)
order by transfer.id
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


def check_fingerprints(journals: JournalRange | None = None) -> Iterator[Finding]:
    """Every journal of the range whose rows are not what was posted; the message lists its transfers.

    Transfers that fit no journal come along, for the check of transfers.
    """
    suspects = _list_suspects(journals or JournalRange())
    for start in range(0, len(suspects), SUSPECTS_AT_A_TIME):
        yield from _look_closely(suspects[start : start + SUSPECTS_AT_A_TIME])


def _list_suspects(journals: JournalRange) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_SUSPECTS, journals.bounds())
        return [number for (number,) in cursor.fetchall()]


def _look_closely(suspects: list[int]) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(_UNFIT_TRANSFERS, [suspects])
        for number, message in cursor.fetchall():
            yield Finding(f"ledger_transfer {number}", message, check=TRANSFERS_NAME)
        cursor.execute(_ROWS, [suspects])
        found = map(_Row._make, cursor.fetchall())
    for journal_id, rows in groupby(found, key=lambda row: row.journal_id):
        if message := _fault(list(rows)):
            yield Finding(f"ledger_journal {journal_id}", message)


def _fault(rows: Sequence[_Row]) -> str | None:
    first = rows[0]
    if first.transfer_id is None:
        return "has no transfers"
    if first.journal_id < 1:
        return "has a number that is never given to a journal"
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
