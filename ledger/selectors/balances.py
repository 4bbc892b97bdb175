"""Balances: now, as of a past effective time, and as known at a past recording time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from ledger.selectors.prefixes import NAMED, UNDER, range_of

# A guarded account's balance is kept; any other is its running total and what came since.
HELD_NOW = """
select account.path,
    coalesce(balance.available + balance.pending_out, now.received - now.given, 0) as posted,
    coalesce(balance.pending_in, now.pending_in, 0), coalesce(balance.pending_out, now.pending_out, 0)
from ledger_account account
left join ledger_accountbalance balance on balance.account_id = account.id
left join ledger_balances_now(array(
    select account.id from ledger_account account where {accounts} and not account.is_guarded
)) as now on now.account_id = account.id
where {accounts}
order by account.path
"""

HELD_AS_OF = """
select account.path, coalesce(sums.received - sums.given, 0) as posted
from ledger_account account
left join ledger_sums(array(
    select account.id from ledger_account account where {accounts}
), %(effective_at)s, %(recorded_at)s) as sums on sums.account_id = account.id
where {accounts}
order by account.path
"""

_BALANCE = "select posted, pending_in, pending_out from ledger_balance_now(%s)"


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
    with connection.cursor() as cursor:
        cursor.execute(_BALANCE, [path])
        return Balance(path, *(int(amount or 0) for amount in cursor.fetchone()))


def get_balances(*, paths: Sequence[str]) -> dict[str, Balance]:
    """Balances now, by path; zero for a path without an account."""
    found = _fetch_balances(NAMED, {"paths": list(paths)})
    known = {balance.path: balance for balance in found}
    return {path: known.get(path) or Balance(path) for path in paths}


def list_balances_under(*, prefix: str) -> list[Balance]:
    """Balances now of every account whose path begins with `prefix` (end it with "/"), in order of paths."""
    return _fetch_balances(UNDER, range_of(prefix))


def get_balances_as_of(
    *,
    prefix: str = "",
    paths: Sequence[str] | None = None,
    effective_at: datetime,
    recorded_at: datetime | None = None,
) -> dict[str, int]:
    """Posted balances under `prefix`, or of `paths`, counting what was effective before `effective_at`.

    With `recorded_at` only what had been recorded by then: the balance as it was known. A path without an
    account is left out.
    """
    named = {} if paths is None else {"paths": list(paths)}
    accounts = UNDER if paths is None else NAMED
    values = {**range_of(prefix), **named, "effective_at": effective_at, "recorded_at": recorded_at}
    with connection.cursor() as cursor:
        cursor.execute(HELD_AS_OF.format(accounts=accounts), values)
        return {path: int(posted) for path, posted in cursor.fetchall()}


def get_balance_as_of(*, path: str, effective_at: datetime, recorded_at: datetime | None = None) -> int:
    """Posted balance of one account, as `get_balances_as_of`; zero if there is no such account."""
    with connection.cursor() as cursor:
        cursor.execute("select ledger_balance_before(%s, %s, %s)", [path, effective_at, recorded_at])
        return int(cursor.fetchone()[0] or 0)


def _fetch_balances(accounts: str, values: dict[str, Any]) -> list[Balance]:
    with connection.cursor() as cursor:
        cursor.execute(HELD_NOW.format(accounts=accounts), values)
        return [Balance(path, *(int(amount) for amount in amounts)) for path, *amounts in cursor.fetchall()]
