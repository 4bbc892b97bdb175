"""Import: an export in CSV becomes the ledger of an empty database, hash for hash.

It writes the tables themselves, past the posting function, so it works with the login that owns them.
The invariants that posting keeps are checked once, over everything, before it commits.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from django.db import DatabaseError, connections, transaction

from errors import refusals_of_constraints
from ledger.domain.exports.manifest import ExportedFile
from ledger.errors import ExportInconsistent, ImportNeedsOwner, LedgerNotEmpty
from ledger.imports import ReadJournal, check_files, read_journals, read_rows
from ledger.verification.registry import JournalRange
from ledger.verification.rows import ROW_CHECKS

JOURNALS_AT_A_TIME = 5000
TOTALS = "ledger_rollup, ledger_accounttotal, ledger_accountcell, ledger_untimelyentry"
TABLES = (
    "ledger_book, ledger_account, ledger_accountbalance, ledger_closedperiod, ledger_journal, ledger_transfer"
)

_BOOKS = "copy ledger_book (id, code, unit) from stdin"
_ACCOUNTS = """
copy ledger_account (id, path, book_id, is_guarded, balance_limit, mirror, mirror_side, closed_at) from stdin
"""
_EMPTY_BALANCES = """
insert into ledger_accountbalance (
    account_id, path, is_mirrored, is_closed, available, headroom, pending_in, pending_out
)
select id, path, mirror_side <> 0, closed_at is not null, 0, balance_limit, 0, 0
from ledger_account where is_guarded
"""
_CLOSED_PERIODS = "copy ledger_closedperiod (id, closed_until, closed_at, reason) from stdin"
_JOURNALS = """
copy ledger_journal (id, kind, idempotency_key, effective_at, recorded_at, adjusts_month, reference_type,
    reference_id, metadata, reverses_id, fingerprint_version, fingerprint, transaction_id) from stdin
"""
_TRANSFERS = """
copy ledger_transfer (id, journal_id, source_id, target_id, amount, phase, resolves_id, expires_at,
    effective_at, recorded_at) from stdin
"""
_BALANCES = """
update ledger_accountbalance balance
set available = effect.posted - effect.pending_out, pending_in = effect.pending_in,
    pending_out = effect.pending_out, headroom = balance.headroom - effect.posted - effect.pending_in
from (
    select side.account_id, sum(side.moved) as posted, sum(side.awaited) as pending_in,
        sum(side.reserved) as pending_out
    from ledger_transfer transfer
    left join ledger_transfer pending on pending.id = transfer.resolves_id
    cross join lateral (
        select case when transfer.phase in ('posted', 'post') then transfer.amount else 0 end as moved,
            case transfer.phase when 'posted' then 0 when 'pending' then transfer.amount
                else -pending.amount end as held
    ) as change
    cross join lateral (values
        (transfer.source_id, -change.moved, 0, change.held),
        (transfer.target_id, change.moved, change.held, 0)
    ) as side(account_id, moved, awaited, reserved)
    group by side.account_id
) as effect
where effect.account_id = balance.account_id
"""
# Whatever had been added up was of no journal that stands now; the roll-up begins anew.
_TOTALS_BEGIN_ANEW = """
delete from ledger_accounttotal; delete from ledger_accountcell; delete from ledger_untimelyentry;
delete from ledger_rollup
"""
# Never back: a number that was given out before, and told to the roll-up as settled, is not given out again.
_NUMBERED_ON = """
select setval(numbered.sequence::regclass, numbered.last) from (values
    ('ledger_book_id_seq', (select max(id) from ledger_book)),
    ('ledger_account_number', (select max(id & 4294967295) from ledger_account)),
    ('ledger_closedperiod_id_seq', (select max(id) from ledger_closedperiod)),
    ('ledger_journal_id_seq', (
        select greatest(max(id), nullif(ledger_last_journal_id(), 0)) from ledger_journal
    ))
) as numbered(sequence, last) where numbered.last is not null
"""


def import_ledger(
    *, directory: Path, using: str = "default", advance: Callable[[int], None] = lambda _count: None
) -> int:
    """Load the export at `directory` into the empty ledger of the database `using`; counts the journals.

    All or nothing. Numbers, times and fingerprints are those of the export; `transaction_id` is this
    transaction's. `advance` hears how many more journals are loaded. It holds the gate alone, so nobody
    takes a number of its journals for settled before they are
    there. Raises ImportNeedsOwner, ClosingAfterPosting, LedgerBusy, LedgerNotEmpty, ExportMalformed,
    ExportPartial, ExportTruncated, ExportHashWrong, ExportVersionUnknown, ExportInconsistent.
    """
    files = check_files(directory)
    with _refusing_inconsistency(), transaction.atomic(using=using), connections[using].cursor() as cursor:
        _refuse_unless_empty(cursor)
        _enforce_policies(cursor, "no force")
        accounts = _load_accounts(cursor, directory, files)
        count = 0
        journals = read_journals(
            read_rows(directory, files["journals"]), read_rows(directory, files["transfers"]), accounts
        )
        while batch := list(islice(journals, JOURNALS_AT_A_TIME)):
            _load_journals(cursor, batch, accounts)
            count += len(batch)
            advance(len(batch))
        cursor.execute(f"analyze {TABLES}")
        cursor.execute(_BALANCES)
        _refuse_broken_invariants(cursor)
        cursor.execute(_TOTALS_BEGIN_ANEW)
        cursor.execute(_NUMBERED_ON)
        _enforce_policies(cursor, "force")
    return count


def _enforce_policies(cursor: Any, how: str) -> None:
    """COPY fills no table whose policies hold for its owner; outside of this transaction they always do."""
    # Foreign keys that are checked at the end are checked now: no table is altered before.
    cursor.execute("set constraints all immediate")
    for table in TABLES.split(", "):
        cursor.execute("select relrowsecurity from pg_class where oid = %s::regclass", [table])
        if cursor.fetchone()[0]:
            cursor.execute(f"alter table {table} {how} row level security")


def _refuse_unless_empty(cursor: Any) -> None:
    """Nobody else may write from here on: what is empty stays so."""
    cursor.execute(
        "select bool_and(has_table_privilege(relation, 'insert, update')) from unnest(%s::text[]) relation",
        [TABLES.split(", ")],
    )
    if not cursor.fetchone()[0]:
        raise ImportNeedsOwner("This login may not write the tables of the ledger.")
    with refusals_of_constraints():
        cursor.execute("select ledger_hold_gate()")
    cursor.execute(f"lock table {TABLES}, {TOTALS} in share row exclusive mode")
    for table in TABLES.split(", "):
        cursor.execute(f"select exists (select from {table})")  # noqa: S608 - a constant
        if cursor.fetchone()[0]:
            raise LedgerNotEmpty("The ledger is not empty.", table=table)


def _load_accounts(
    cursor: Any, directory: Path, files: dict[str, ExportedFile]
) -> dict[str, tuple[int, int]]:
    """Books, accounts and closed periods; answers the accounts' numbers and books' numbers by path."""
    books: dict[str, int] = {}
    accounts: dict[str, tuple[int, int]] = {}
    rows = []
    for row in read_rows(directory, files["books"]):
        books[row.cells["code"]] = row.cells["number"]
        _copy(cursor, _BOOKS, [row.cells.values()])
    for row in read_rows(directory, files["accounts"]):
        number, path, code, is_guarded, limit, mirror, side, closed_at = row.cells.values()
        book = books.get(code)
        if book is None:
            raise row.malformed("There is no book of this code.", field="book")
        if limit is not None and not is_guarded:
            raise row.malformed("Only a guarded account has a limit.", field="balance_limit")
        accounts[path] = (number, book)
        rows.append((number, path, book, is_guarded, limit, mirror, side, closed_at))
    _copy(cursor, _ACCOUNTS, rows)
    cursor.execute(_EMPTY_BALANCES)
    periods = read_rows(directory, files["closed_periods"])
    _copy(cursor, _CLOSED_PERIODS, (row.cells.values() for row in periods))
    return accounts


def _load_journals(cursor: Any, batch: Sequence[ReadJournal], accounts: dict[str, tuple[int, int]]) -> None:
    cursor.execute("select pg_current_xact_id()::text")
    (transaction_id,) = cursor.fetchone()
    _copy(cursor, _JOURNALS, ((*journal.row.cells.values(), transaction_id) for journal in batch))
    _copy(
        cursor,
        _TRANSFERS,
        (
            (
                cells["number"], cells["journal"], accounts[cells["source"]][0], accounts[cells["target"]][0],
                cells["amount"], cells["phase"], cells["resolves"], cells["expires_at"],
                journal.row.cells["effective_at"], journal.row.cells["recorded_at"],
            )
            for journal in batch
            for cells in (transfer.cells for transfer in journal.transfers)
        ),
    )  # fmt: skip


def _copy(cursor: Any, statement: str, rows: Iterable[Iterable[object]]) -> None:
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(tuple(row))


def _refuse_broken_invariants(cursor: Any) -> None:
    for check in ROW_CHECKS:
        for finding in check.run_with(cursor, JournalRange()):
            raise ExportInconsistent(f"{finding.row} {finding.message}.", check=check.name)


@contextmanager
def _refusing_inconsistency() -> Iterator[None]:
    """What a constraint of the tables says no to; there is no line to name."""
    try:
        yield
    except (DatabaseError, psycopg.Error) as error:
        # Django wraps what it executes itself; a COPY's error comes as the driver's own.
        cause = error if isinstance(error, psycopg.Error) else error.__cause__
        constraint = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
        if constraint is None:
            raise
        raise ExportInconsistent(f"The rows break {constraint}.", constraint=constraint) from error
