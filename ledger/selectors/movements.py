"""Movements: each posted transfer as one of its accounts sees it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from ledger.selectors.prefixes import UNDER, range_of

# Of each account no more rows are read than can be asked for, side by side in the order of its indexes.
_SIDE = """(
    select id, journal_id, effective_at, recorded_at, {amount} as moved
    from ledger_transfer where {side}_id = account.id and phase in ('posted', 'post')
        and effective_at >= coalesce(%(since)s::timestamptz, '-infinity')
        and effective_at < coalesce(%(until)s::timestamptz, 'infinity')
        and recorded_at <= coalesce(%(recorded_at)s::timestamptz, 'infinity')
        {after}
    order by effective_at, id limit %(limit)s
)"""
_AFTER = """
        and effective_at >= %(after_time)s
        and (effective_at > %(after_time)s or id > %(after_id)s
            or (id = %(after_id)s and account.path > %(after_path)s))
"""

_MOVEMENTS = """
select effect.journal_id, effect.id, journal.kind, effect.path, effect.effective_at, effect.moved,
    effect.recorded_at, journal.reference_type, journal.reference_id
from (
    select account.path, side.* from ledger_account account
    cross join lateral ({source} union all {target}) as side
    where {accounts}
    order by side.effective_at, side.id, account.path limit %(limit)s
) as effect
join ledger_journal journal on journal.id = effect.journal_id
order by effect.effective_at, effect.id, effect.path
"""


@dataclass(frozen=True, slots=True)
class Movement:
    """`amount` in the book's unit: positive into the account at `path`, negative out of it."""

    journal_id: int
    transfer_id: int
    kind: str
    path: str
    effective_at: datetime
    amount: int
    recorded_at: datetime
    reference_type: str
    reference_id: str


def list_movements(
    *,
    prefix: str,
    since: datetime | None,
    until: datetime | None,
    recorded_at: datetime | None = None,
    after: Movement | None = None,
    limit: int | None = None,
) -> list[Movement]:
    """Posted movements of every account under `prefix`, effective from `since` until before `until`.

    In order of effective time, then of transfers, then of paths. A transfer between two of the accounts
    gives two. With `recorded_at` only what had been recorded by then. A page of `limit` movements is
    followed by the one `after` its last.
    """
    values = {
        **range_of(prefix), "since": since, "until": until, "recorded_at": recorded_at, "limit": limit,
    }  # fmt: skip
    if after is not None:
        values |= {
            "after_time": after.effective_at,
            "after_id": after.transfer_id,
            "after_path": after.path,
        }
    narrowed = _AFTER if after is not None else ""
    query = _MOVEMENTS.format(
        accounts=UNDER,
        source=_SIDE.format(side="source", amount="-amount", after=narrowed),
        target=_SIDE.format(side="target", amount="amount", after=narrowed),
    )
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [Movement(*row) for row in cursor.fetchall()]
