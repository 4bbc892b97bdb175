"""Every journal's content, recomputed: where the rows are, and what doesn't fit then once more in Python.

The query computes what `ledger.domain.canonical` does, for a range of journals in one pass. It also looks
whether each transfer belongs to its journal, repeats its times, and stays in one book.
"""

from collections.abc import Iterator, Sequence

from django.db import connection

from ledger.domain.canonical import VERSION, fingerprint_of
from ledger.selectors.contents import StoredTransfer, content_of, read_journals
from ledger.verification.registry import Finding, JournalRange

NAME = "ledger fingerprints"
INVARIANT = "Every journal has transfers, and its content is what its fingerprint was made of."
TRANSFERS_NAME = "ledger transfers"
TRANSFERS_INVARIANT = (
    "A transfer belongs to a journal whose times it repeats, and its two accounts to one book."
)

SUSPECTS_AT_A_TIME = 500

_SUSPECTS = """
with account as materialized (
    select id, book_id, ledger_bytes_of_text(path) as path_bytes from ledger_account
)
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
            case transfer.phase when 'posted' then '\\x00000006706f73746564'::bytea
                    else ledger_bytes_of_text(transfer.phase) end
                || source.path_bytes || target.path_bytes || '\\x00000008'::bytea || int8send(transfer.amount)
                || case when transfer.resolves_id is null and transfer.expires_at is null
                    then '\\xffffffffffffffff'::bytea
                    else ledger_bytes_of_number(transfer.resolves_id)
                        || ledger_bytes_of_time(transfer.expires_at) end
                as bytes
        from ledger_transfer transfer
        left join account source on source.id = transfer.source_id
        left join account target on target.id = transfer.target_id
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
            -- Null, and so a suspect, unless it is an object of texts.
            when jsonb_typeof(journal.metadata) = 'object' then (
                select case when bool_and(jsonb_typeof(value) = 'string') then int4send(count(*)::integer)
                    || string_agg(ledger_bytes_of_text(key) || ledger_bytes_of_text(value #>> '{}'),
                        ''::bytea order by key collate "C") end
                from jsonb_each(journal.metadata)
            ) end
        || ledger_bytes_of_number(journal.reverses_id) || int4send(transfer_count::integer) || part.bytes
    ),
    false)
order by 1
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
    for rows in read_journals(journal_ids=suspects):
        if message := _fault(rows):
            yield Finding(f"ledger_journal {rows[0].journal_id}", message)


def _fault(rows: Sequence[StoredTransfer]) -> str | None:
    first = rows[0]
    if first.transfer_id is None:
        return "has no transfers"
    if first.journal_id < 1:
        return "has a number that is never given to a journal"
    if first.version != VERSION:
        return f"has a fingerprint of the unknown version {first.version}"
    content = content_of(rows)
    if content is not None and fingerprint_of(content) == bytes(first.fingerprint):
        return None
    transfers = ", ".join(str(row.transfer_id) for row in rows)
    return f"is not what was posted: the journal or one of its transfers ({transfers}) was changed"
