"""Balances: now, as of a past effective time, and as known at a past recording time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from ledger.selectors.prefixes import UNDER, range_of

# A guarded account's balance is kept; any other is added up from its transfers, one index range a side.
_BALANCES = """
select account.path, coalesce(balance.posted, total.posted, 0),
    coalesce(balance.pending_in, total.pending_in, 0),
    coalesce(balance.pending_out, total.pending_out, 0)
from ledger_account account
left join ledger_accountbalance balance on balance.account_id = account.id
left join lateral (
    select sum(posted) as posted, sum(pending_in) as pending_in, sum(pending_out) as pending_out
    from (
        select -amount as posted, 0 as pending_in, 0 as pending_out
        from ledger_transfer where source_id = account.id and phase in ('posted', 'post')
        union all
        select amount, 0, 0 from ledger_transfer where target_id = account.id and phase in ('posted', 'post')
        union all
        select 0, 0, amount from ledger_transfer pending where source_id = account.id and phase = 'pending'
            and not exists (select from ledger_transfer resolution where resolution.resolves_id = pending.id)
        union all
        select 0, amount, 0 from ledger_transfer pending where target_id = account.id and phase = 'pending'
            and not exists (select from ledger_transfer resolution where resolution.resolves_id = pending.id)
    ) as effect
) as total on balance.account_id is null
"""

_BALANCES_AS_OF = """
select account.path, coalesce(sum(effect.moved), 0)
from ledger_account account
left join lateral (
    select -amount as moved, recorded_at from ledger_transfer
    where source_id = account.id and phase in ('posted', 'post') and effective_at < %(effective_at)s
    union all
    select amount, recorded_at from ledger_transfer
    where target_id = account.id and phase in ('posted', 'post') and effective_at < %(effective_at)s
) as effect on effect.recorded_at <= coalesce(%(recorded_at)s::timestamptz, 'infinity')
where {accounts}
group by account.path
order by account.path
"""


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account holds, in its book's unit; `pending_out` is reserved, `pending_in` still to come."""

    path: str
    posted: int = 0
    pending_in: int = 0
    pending_out: int = 0

    @property
    def available(self) -> int:
        """What can still be taken out."""
        return self.posted - self.pending_out


def get_balance(*, path: str) -> Balance:
    """The account's balance now; zero if there is no such account."""
    return get_balances(paths=[path])[path]


def get_balances(*, paths: Sequence[str]) -> dict[str, Balance]:
    """Balances now, by path; zero for a path without an account."""
    found = _fetch_balances(_BALANCES + "where account.path = any(%(paths)s)", {"paths": list(paths)})
    known = {balance.path: balance for balance in found}
    return {path: known.get(path) or Balance(path) for path in paths}


def list_balances_under(*, prefix: str) -> list[Balance]:
    """Balances now of every account whose path begins with `prefix` (end it with "/"), in order of paths."""
    return _fetch_balances(f"{_BALANCES} where {UNDER} order by account.path", range_of(prefix))


def get_balances_as_of(
    *, prefix: str, effective_at: datetime, recorded_at: datetime | None = None
) -> dict[str, int]:
    """Posted balances under `prefix`, counting what was effective before `effective_at`.

    With `recorded_at` only what had been recorded by then: the balance as it was known.
    """
    return _fetch_as_of(UNDER, {**range_of(prefix), "effective_at": effective_at, "recorded_at": recorded_at})


def get_balance_as_of(*, path: str, effective_at: datetime, recorded_at: datetime | None = None) -> int:
    """Posted balance of one account, as `get_balances_as_of`; zero if there is no such account."""
    values = {"path": path, "effective_at": effective_at, "recorded_at": recorded_at}
    return _fetch_as_of("account.path = %(path)s", values).get(path, 0)


def _fetch_as_of(accounts: str, values: dict[str, Any]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES_AS_OF.format(accounts=accounts), values)
        return {path: int(posted) for path, posted in cursor.fetchall()}


def _fetch_balances(query: str, values: dict[str, Any]) -> list[Balance]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [Balance(path, *(int(amount) for amount in amounts)) for path, *amounts in cursor.fetchall()]
