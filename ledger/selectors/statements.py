"""The statement of an account: what it held, every movement with the balance after it, what it holds.

A statement is read page by page, and its pages belong together: they count the journals that were
settled when the first was read, whatever is posted meanwhile, so opening balance and movements always
add up to the closing balance.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from ledger.domain.numbers import JOURNAL_BITS
from ledger.errors import StatementChanged
from ledger.selectors.settled_journals import find_last_journal_id, find_settled_journal_id

MOST_LINES = 1000
# How long the first page waits for those who are posting.
PATIENCE_SECONDS = 1.0

# The account's balances at both ends, less what came behind the journals that count: that is a range of
# the primary key, and short, for it was posted since the statement was asked for.
_ENDS = """
select account.id, book.unit, coalesce(opening.held, 0) - later.before_since,
    coalesce(closing.held, 0) - later.before_until
from ledger_account account
join ledger_book book on book.id = account.book_id
cross join lateral (
    select sum(received - given) as held from ledger_sums(
        array[account.id], coalesce(%(since)s::timestamptz, '-infinity'), %(recorded_at)s)
) as opening
cross join lateral (
    select sum(received - given) as held from ledger_sums(
        array[account.id], coalesce(%(until)s::timestamptz, 'infinity'), %(recorded_at)s)
) as closing
cross join lateral (
    select coalesce(sum(moved) filter (where effective_at < %(since)s::timestamptz), 0) as before_since,
        coalesce(sum(moved) filter (
            where effective_at < coalesce(%(until)s::timestamptz, 'infinity')), 0) as before_until
    from (
        select effective_at, case account.id when source_id then -amount when target_id then amount else 0 end
        from ledger_transfer where id >= %(end_id)s and phase in ('posted', 'post')
            and recorded_at <= coalesce(%(recorded_at)s::timestamptz, 'infinity')
    ) as later(effective_at, moved)
) as later
where account.path = %(path)s
"""

_SIDE = """(
    select id, journal_id, effective_at, recorded_at, {amount} as moved, {other}_id as other_id
    from ledger_transfer where {side}_id = %(account)s and phase in ('posted', 'post')
        and effective_at >= %(after_time)s and (effective_at > %(after_time)s or id > %(after_id)s)
        and effective_at < coalesce(%(until)s::timestamptz, 'infinity') and id + 0 < %(end_id)s
        and recorded_at <= coalesce(%(recorded_at)s::timestamptz, 'infinity')
    order by effective_at, id limit %(limit)s
)"""

_LINES = f"""
select line.id, line.journal_id, journal.kind, line.effective_at, line.recorded_at, other.path, line.moved,
    journal.reference_type, journal.reference_id, journal.adjusts_month
from (
    {_SIDE.format(side="source", other="target", amount="-amount")} union all
    {_SIDE.format(side="target", other="source", amount="amount")}
    order by effective_at, id limit %(limit)s
) as line
join ledger_journal journal on journal.id = line.journal_id
join ledger_account other on other.id = line.other_id
order by line.effective_at, line.id
"""  # noqa: S608 - constant text


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A movement: `amount` into the account, negative out of it; `balance` is what it holds after it."""

    transfer_id: int
    journal_id: int
    kind: str
    effective_at: datetime
    recorded_at: datetime
    counterpart: str
    amount: int
    balance: int
    reference_type: str
    reference_id: str
    adjusts_month: date | None


@dataclass(frozen=True, slots=True)
class StatementPosition:
    """Where a page ended and what all pages of its statement share; ask for the next with it."""

    account_id: int
    unit: str
    opening: int
    closing: int
    end_id: int
    effective_at: datetime | None = None
    transfer_id: int = 0
    balance: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """A page of a statement, in the book's unit. `next_page` is None on the last.

    `opening` and `closing` are those of the whole statement, `brought_forward` is what the account held
    before the page's first line.
    """

    path: str
    unit: str
    opening: int
    brought_forward: int
    lines: list[StatementLine]
    closing: int
    next_page: StatementPosition | None


def get_statement(
    *,
    path: str,
    since: datetime | None,
    until: datetime | None,
    recorded_at: datetime | None = None,
    after: StatementPosition | None = None,
    limit: int = 100,
) -> Statement | None:
    """The account's movements effective from `since` until before `until`; None if there is no such account.

    In order of effective time, then of transfers, at most `limit` (up to 1,000) on a page; `after` is the
    page before's `next_page`, and the other arguments stay the same. With `recorded_at` everything as it
    was known then. The first page waits up to a second for those who are posting, and what is posted
    later is not in the statement. Raises StatementChanged if somebody posted longer than that, and into
    a page that was still to be read.
    """
    if since is not None and until is not None:
        until = max(since, until)
    values = {"path": path, "since": since, "until": until, "recorded_at": recorded_at}
    start = _begin(values) if after is None else after
    if start is None:
        return None
    limit = max(1, min(limit, MOST_LINES))
    lines = _fetch_lines(values, start, limit + 1)
    is_last = len(lines) <= limit
    shown = lines[:limit]
    balance = shown[-1].balance if shown else start.balance
    if is_last and balance != start.closing:
        raise StatementChanged("Something was posted into the statement since its first page.", path=path)
    next_page = None
    if not is_last:
        next_page = StatementPosition(
            start.account_id, start.unit, start.opening, start.closing, start.end_id,
            shown[-1].effective_at, shown[-1].transfer_id, balance,
        )  # fmt: skip
    return Statement(path, start.unit, start.opening, start.balance, shown, start.closing, next_page)


def _begin(values: dict[str, Any]) -> StatementPosition | None:
    settled = find_settled_journal_id(patience_seconds=PATIENCE_SECONDS)
    end_id = ((find_last_journal_id() if settled is None else settled) + 1) << JOURNAL_BITS
    with connection.cursor() as cursor:
        cursor.execute(_ENDS, {**values, "end_id": end_id})
        found = cursor.fetchone()
    if found is None:
        return None
    number, unit, opening, closing = found
    return StatementPosition(
        number, unit, int(opening), int(closing), end_id, values["since"], 0, int(opening)
    )


def _fetch_lines(values: dict[str, Any], start: StatementPosition, limit: int) -> list[StatementLine]:
    asked = {
        **values,
        "account": start.account_id,
        "end_id": start.end_id,
        "after_time": "-infinity" if start.effective_at is None else start.effective_at,
        "after_id": start.transfer_id,
        "limit": limit,
    }
    balance = start.balance
    lines = []
    with connection.cursor() as cursor:
        cursor.execute(_LINES, asked)
        for number, journal, kind, effective, recorded, other, moved, *reference in cursor.fetchall():
            balance += moved
            lines.append(
                StatementLine(number, journal, kind, effective, recorded, other, moved, balance, *reference)
            )
    return lines
