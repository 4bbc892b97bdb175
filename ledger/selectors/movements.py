"""Movements: each posted transfer as one of its accounts sees it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from ledger.selectors.prefixes import UNDER, range_of

_MOVEMENTS = """
select effect.journal_id, effect.id, journal.kind, account.path, effect.effective_at, effect.moved,
    effect.recorded_at, journal.reference_type, journal.reference_id
from ledger_account account
cross join lateral (
    select id, journal_id, effective_at, recorded_at, -amount as moved from ledger_transfer
    where source_id = account.id and phase in ('posted', 'post')
        and effective_at >= coalesce(%(since)s::timestamptz, '-infinity')
        and effective_at < coalesce(%(until)s::timestamptz, 'infinity')
    union all
    select id, journal_id, effective_at, recorded_at, amount from ledger_transfer
    where target_id = account.id and phase in ('posted', 'post')
        and effective_at >= coalesce(%(since)s::timestamptz, '-infinity')
        and effective_at < coalesce(%(until)s::timestamptz, 'infinity')
) as effect
join ledger_journal journal on journal.id = effect.journal_id
where {accounts}
order by effect.effective_at, effect.id, account.path
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


def list_movements(*, prefix: str, since: datetime | None, until: datetime | None) -> list[Movement]:
    """Posted movements of every account under `prefix`, effective from `since` until before `until`.

    In order of effective time, then of transfers. A transfer between two of the accounts gives two.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVEMENTS.format(accounts=UNDER), {"since": since, "until": until, **range_of(prefix)}
        )
        return [Movement(*row) for row in cursor.fetchall()]
