"""The tables of an export as queries: what COPY writes, cell by cell as text."""

from dataclasses import dataclass

from ledger.exports.conditions import BALANCES_BEFORE, Conditions

_MOMENT = "to_char({0} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"


def _moment(column: str) -> str:
    return _MOMENT.format(column)


@dataclass(frozen=True, slots=True)
class TableQuery:
    """One table: the name of its file and the query of its rows in order."""

    table: str
    query: str


_BOOKS = "select id, code, unit from ledger_book book where {where} order by id"

_ACCOUNTS = f"""
select account.id, account.path, book.code, account.is_guarded::text, account.balance_limit, account.mirror,
    account.mirror_side, {_moment("account.closed_at")}
from ledger_account account
join ledger_book book on book.id = account.book_id
where {{where}} order by account.id
"""  # noqa: S608 - constant text

_CLOSED_PERIODS = f"""
select id, {_moment("closed_until")}, {_moment("closed_at")}, reason from ledger_closedperiod order by id
"""  # noqa: S608 - constant text

_JOURNALS = f"""
select id, kind, idempotency_key, {_moment("effective_at")}, {_moment("recorded_at")}, adjusts_month::text,
    reference_type, reference_id, metadata, reverses_id, fingerprint_version, encode(fingerprint, 'hex')
from ledger_journal journal where {{where}} order by id
"""  # noqa: S608 - constant text

_TRANSFERS = f"""
select transfer.id, transfer.journal_id, source.path, target.path, transfer.amount, transfer.phase,
    transfer.resolves_id, {_moment("transfer.expires_at")}
from ledger_transfer transfer
join ledger_account source on source.id = transfer.source_id
join ledger_account target on target.id = transfer.target_id
where {{where}} order by transfer.id
"""  # noqa: S608 - constant text

_OPENING_BALANCES = """
select account.path, book.code, total.balance
from {totals} as total
join ledger_account account on account.id = total.account_id
join ledger_book book on book.id = account.book_id
order by account.path
"""


def table_queries(conditions: Conditions) -> list[TableQuery]:
    """The tables of a scope, in the order they are written."""
    queries = [
        TableQuery("books", _BOOKS.format(where=conditions.books)),
        TableQuery("accounts", _ACCOUNTS.format(where=conditions.accounts)),
        TableQuery("closed_periods", _CLOSED_PERIODS),
        TableQuery("journals", _JOURNALS.format(where=conditions.journals)),
        TableQuery("transfers", _TRANSFERS.format(where=conditions.transfers)),
    ]
    if not conditions.has_before:
        return queries
    totals = BALANCES_BEFORE.format(where=conditions.before)
    return [*queries, TableQuery("opening_balances", _OPENING_BALANCES.format(totals=totals))]


def copy_statement(query: TableQuery) -> str:
    """COPY of the table's rows as CSV without a header."""
    return f"copy ({query.query}) to stdout with (format csv)"
