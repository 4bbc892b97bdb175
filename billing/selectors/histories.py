"""What the ledger says of many accounts in one month, in two queries however many there are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from billing.domain.firm_fees import History
from billing.domain.holdings import Move
from billing.domain.periods import Period
from billing.selectors.cutoffs import Cutoff
from ledger.domain.days import day_of, start_of_day

# Each movement's journal is looked up by its number: `offset 0` keeps the planner from reading all of them.
_KNOWN = """
cross join lateral (
    select transaction_id from ledger_journal where id = effect.journal_id offset 0
) as journal
where billing_is_known(
    journal.transaction_id, effect.recorded_at, %(snapshot)s, %(started_in)s, %(known_at)s
)
"""

# Accounts under each prefix are a range of the bytewise index on their paths.
_OPENINGS = """
select account.path, coalesce(sum(effect.moved), 0)
from unnest(%(begins)s::text[], %(ends)s::text[]) as asked(begin_path, end_path)
join ledger_account account on account.path >= asked.begin_path and account.path < asked.end_path
cross join lateral (
    select -amount as moved, recorded_at, journal_id from ledger_transfer
    where source_id = account.id and phase in ('posted', 'post') and effective_at < %(since)s
    union all
    select amount, recorded_at, journal_id from ledger_transfer
    where target_id = account.id and phase in ('posted', 'post') and effective_at < %(since)s
) as effect
{known}
group by account.path
"""

_MOVEMENTS = """
select account.path, effect.id, effect.journal_id, effect.effective_at, effect.moved
from unnest(%(begins)s::text[], %(ends)s::text[]) as asked(begin_path, end_path)
join ledger_account account on account.path >= asked.begin_path and account.path < asked.end_path
cross join lateral (
    select id, journal_id, effective_at, -amount as moved, recorded_at from ledger_transfer
    where source_id = account.id and phase in ('posted', 'post')
        and effective_at >= %(since)s and effective_at < %(until)s
    union all
    select id, journal_id, effective_at, amount, recorded_at from ledger_transfer
    where target_id = account.id and phase in ('posted', 'post')
        and effective_at >= %(since)s and effective_at < %(until)s
) as effect
{known}
order by account.path, effect.effective_at, effect.id
"""

_LAST_CHARACTER = "\U0010ffff"


@dataclass(slots=True)
class AccountHistory:
    """One account's opening (grams) and its movements: transfer, journal, day, signed grams."""

    opening_g: int = 0
    transfer_ids: list[int] = field(default_factory=list)
    journal_ids: list[int] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)

    def as_history(self) -> History:
        """The same without the ledger's numbers, for the kernels."""
        return History(self.opening_g, tuple(self.moves))


def read_histories(*, prefixes: Sequence[str], period: Period, cutoff: Cutoff) -> dict[str, AccountHistory]:
    """Posted history of every account under the prefixes, by path, as far as the cut-off knows it.

    A movement belongs to the calendar day it is effective on in the reserve's time zone. Accounts on
    which nothing ever moved are left out.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    values: dict[str, Any] = {
        "begins": list(prefixes),
        "ends": [prefix + _LAST_CHARACTER for prefix in prefixes],
        "since": start_of_day(period.starts_on, zone),
        "until": start_of_day(period.ends_on, zone),
        **cutoff.as_values(),
    }
    histories: defaultdict[str, AccountHistory] = defaultdict(AccountHistory)
    with connection.cursor() as cursor:
        cursor.execute(_OPENINGS.format(known=_KNOWN), values)
        for path, opening in cursor.fetchall():
            histories[path].opening_g = int(opening)
        cursor.execute(_MOVEMENTS.format(known=_KNOWN), values)
        for path, transfer_id, journal_id, effective_at, moved in cursor.fetchall():
            history = histories[path]
            history.transfer_ids.append(transfer_id)
            history.journal_ids.append(journal_id)
            history.moves.append(Move(day_of(effective_at, zone), moved))
    return dict(histories)
