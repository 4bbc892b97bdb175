"""Checks that are one query each: it finds the rows that break the invariant, and only those."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from ledger.verification.registry import Finding, JournalRange

# Whoever breaks more rows than this is told of the first.
MOST_FINDINGS = 1000


@dataclass(frozen=True, slots=True)
class RowCheck:
    """A query whose rows are the findings: the table, the row's id, and a sentence.

    A query that is `ranged` takes the bounds of a JournalRange. The cursor is a plain one: a query behind
    a server-side cursor is never done by several processes.
    """

    name: str
    invariant: str
    query: str
    is_ranged: bool = False
    is_quick: bool = False

    def __call__(self, journals: JournalRange | None = None) -> Iterator[Finding]:
        """Run it, over all journals or those of the range."""
        with connection.cursor() as cursor:
            yield from self.run_with(cursor, journals or JournalRange())

    def run_with(self, cursor: Any, journals: JournalRange) -> Iterator[Finding]:
        """Run it with a cursor of any login that may read the tables."""
        cursor.execute(f"{self.query} limit {MOST_FINDINGS}", journals.bounds() if self.is_ranged else None)
        for table, number, message in cursor.fetchall():
            yield Finding(f"{table} {number}", message)


_POSTED = """
    select transfer.id, transfer.journal_id, side.account_id, side.moved
    from ledger_transfer transfer
    cross join lateral (
        values (transfer.source_id, -transfer.amount), (transfer.target_id, transfer.amount)
    ) as side(account_id, moved)
    where transfer.phase in ('posted', 'post')
"""

BOOKS = RowCheck(
    "ledger books",
    "The accounts of each book add up to zero.",
    """
select 'ledger_book', book.id, format('the accounts of %s add up to %s', book.code, sum(effect.moved))
from (
    select source_id as account_id, -sum(amount) as moved from ledger_transfer
    where phase in ('posted', 'post') group by source_id
    union all
    select target_id, sum(amount) from ledger_transfer where phase in ('posted', 'post') group by target_id
) as effect
join ledger_account account on account.id = effect.account_id
join ledger_book book on book.id = account.book_id
group by book.id having sum(effect.moved) <> 0 order by book.id
""",
)

KEPT_BALANCES = RowCheck(
    "ledger kept balances",
    "Each guarded account has a kept balance, and it is what its transfers add up to.",
    """
with effect as (
    select account_id, sum(posted) as posted, sum(pending_in) as pending_in, sum(pending_out) as pending_out
    from (
        select source_id as account_id, -sum(amount) filter (where phase in ('posted', 'post')) as posted,
            0 as pending_in, sum(amount) filter (where phase = 'pending') as pending_out
        from ledger_transfer group by source_id
        union all
        select target_id, sum(amount) filter (where phase in ('posted', 'post')),
            sum(amount) filter (where phase = 'pending'), 0
        from ledger_transfer group by target_id
        union all
        select side.account_id, 0, side.pending_in, side.pending_out
        from ledger_transfer resolution
        join ledger_transfer pending on pending.id = resolution.resolves_id
        cross join lateral (values
            (resolution.source_id, 0, -pending.amount), (resolution.target_id, -pending.amount, 0)
        ) as side(account_id, pending_in, pending_out)
        where resolution.resolves_id is not null
    ) as side
    group by account_id
)
select 'ledger_accountbalance', account.id, case
    when balance.account_id is null then format('%s is guarded but has no kept balance', account.path)
    when not account.is_guarded then format('%s is not guarded but has a kept balance', account.path)
    else format(
        '%s keeps %s posted, %s coming, %s reserved, room for %s; its transfers add up to %s, %s, %s,'
        ' its limit is %s', balance.path,
        balance.available + balance.pending_out, balance.pending_in, balance.pending_out,
        coalesce(balance.headroom::text, 'any'), coalesce(effect.posted, 0), coalesce(effect.pending_in, 0),
        coalesce(effect.pending_out, 0), coalesce(account.balance_limit::text, 'none')
    ) end
from ledger_account account
left join ledger_accountbalance balance on balance.account_id = account.id
left join effect on effect.account_id = account.id
where account.is_guarded <> (balance.account_id is not null) or (
    account.is_guarded and (
        balance.path, balance.is_mirrored, balance.is_closed, balance.available + balance.pending_out,
        balance.pending_in, balance.pending_out, balance.headroom
    ) is distinct from (
        account.path, account.mirror_side <> 0, account.closed_at is not null, coalesce(effect.posted, 0),
        coalesce(effect.pending_in, 0), coalesce(effect.pending_out, 0),
        account.balance_limit - coalesce(effect.posted, 0) - coalesce(effect.pending_in, 0)
    )
)
order by account.path
""",
)

GUARDS = RowCheck(
    "ledger guards",
    "No guarded account is below zero or above its limit, counting what is pending.",
    """
select 'ledger_accountbalance', account_id, format('%s has %s available with %s reserved and %s coming,'
    ' and room for %s', path, available, pending_out, pending_in, coalesce(headroom::text, 'any'))
from ledger_accountbalance
where available < 0 or headroom < 0 or pending_in < 0 or pending_out < 0
order by path
""",
    is_quick=True,
)

MIRRORS = RowCheck(
    "ledger mirrors",
    "Every journal moves the two sides of a mirror by the same amount, so both hold the same.",
    f"""
select 'ledger_journal', effect.journal_id,
    format('moves the sides of mirror %%s apart by %%s', account.mirror,
        sum(account.mirror_side * effect.moved))
from ({_POSTED}) as effect
join ledger_account account on account.id = effect.account_id and account.mirror_side <> 0
where effect.id between %(first_transfer)s and %(last_transfer)s
group by effect.journal_id, account.mirror
having sum(account.mirror_side * effect.moved) <> 0 order by effect.journal_id, account.mirror
""",  # noqa: S608 - constant text
    is_ranged=True,
)

COLUMNS = RowCheck(
    "ledger transfer columns",
    "A transfer is between two accounts of one book, its phase is known, only what resolves names a transfer,"
    " and only what is pending expires.",
    """
select 'ledger_transfer', id, format('is %%s from account %%s to %%s, resolves %%s, expires %%s', phase,
    source_id, target_id, coalesce(resolves_id::text, 'nothing'), coalesce(expires_at::text, 'never'))
from ledger_transfer
where id between %(first_transfer)s and %(last_transfer)s and (
    source_id = target_id or source_id >> 32 <> target_id >> 32 or id >> 16 <> journal_id or id & 65535 = 0
    or amount <= 0 or phase not in ('posted', 'pending', 'post', 'void')
    or (resolves_id is not null) <> (phase in ('post', 'void'))
    or (expires_at is not null and phase <> 'pending')
)
order by id
""",
    is_ranged=True,
)

PENDINGS = RowCheck(
    "ledger pending transfers",
    "A pending transfer is resolved at most once, between its own accounts, and not over its amount.",
    """
select 'ledger_transfer', resolution.id, case
    when pending.id is null then format('transfer %%s is not pending', resolution.resolves_id)
    when resolution.others > 1
        then format('transfer %%s is resolved %%s times', pending.id, resolution.others)
    else format('does not agree with transfer %%s: accounts, or amount %%s of %%s', pending.id,
        resolution.amount, pending.amount) end
from (
    select *, count(*) over (partition by resolves_id) as others from ledger_transfer
    where resolves_id in (
        select resolves_id from ledger_transfer
        where resolves_id is not null and id between %(first_transfer)s and %(last_transfer)s
    )
) as resolution
left join ledger_transfer pending on pending.id = resolution.resolves_id and pending.phase = 'pending'
where resolution.id between %(first_transfer)s and %(last_transfer)s and (
    pending.id is null or resolution.others > 1
    or (pending.source_id, pending.target_id) <> (resolution.source_id, resolution.target_id)
    or resolution.amount > pending.amount
    or (resolution.phase = 'void' and resolution.amount <> pending.amount)
)
order by resolution.id
""",
    is_ranged=True,
)

# A transfer of the reversed journal counts for what would undo it, one of the reversing journal against it;
# what was pending is to be voided, unless another journal has resolved it.
REVERSALS = RowCheck(
    "ledger reversals",
    "A reversing journal is the exact mirror image of the journal it names.",
    """
select 'ledger_journal', reversal.id, format('does not undo journal %%s: %%s', reversal.reverses_id,
    case when original.id is null then 'there is none of this number'
        else format('%%s of %%s from %%s to %%s',
            difference.phase, difference.amount, source.path, target.path)
    end)
from ledger_journal reversal
left join ledger_journal original on original.id = reversal.reverses_id
left join lateral (
    select phase, source_id, target_id, amount, resolves_id
    from (
        select 'posted' as phase, target_id as source_id, source_id as target_id, amount,
            null::bigint as resolves_id, 1 as times
        from ledger_transfer
        where id >= original.id << 16 and id < (original.id + 1) << 16 and phase in ('posted', 'post')
        union all
        select 'void', pending.source_id, pending.target_id, pending.amount, pending.id, 1
        from ledger_transfer pending
        left join ledger_transfer resolution on resolution.resolves_id = pending.id
        where pending.id >= original.id << 16 and pending.id < (original.id + 1) << 16
            and pending.phase = 'pending'
            and (resolution.id is null or resolution.journal_id = reversal.id)
        union all
        select phase, source_id, target_id, amount, resolves_id, -1 from ledger_transfer
        where id >= reversal.id << 16 and id < (reversal.id + 1) << 16
    ) as side
    group by phase, source_id, target_id, amount, resolves_id
    having sum(times) <> 0
    order by phase, source_id, target_id, amount limit 1
) as difference on true
left join ledger_account source on source.id = difference.source_id
left join ledger_account target on target.id = difference.target_id
where reversal.reverses_id is not null and reversal.id between %(first)s and %(last)s
    and (original.id is null or difference.phase is not null)
order by reversal.id
""",
    is_ranged=True,
)

PERIODS = RowCheck(
    "ledger periods",
    "No journal takes effect in a period that had been closed when it was recorded.",
    """
with period as (
    select array_agg(closed_at order by closed_at) as closed_ats,
        array_agg(closed_until order by closed_at) as closed_untils
    from ledger_closedperiod
)
select 'ledger_journal', journal.id, format('takes effect at %%s, recorded when %%s was closed',
    journal.effective_at, period.closed_untils[closings.before])
from period
join ledger_journal journal on journal.id between %(first)s and %(last)s
    and journal.effective_at < (select max(closed_until) from ledger_closedperiod)
cross join lateral (
    select width_bucket(journal.recorded_at - interval '1 microsecond', period.closed_ats) as before
) as closings
where journal.effective_at < period.closed_untils[closings.before]
order by journal.id
""",
    is_ranged=True,
)

ROW_CHECKS = (BOOKS, KEPT_BALANCES, GUARDS, COLUMNS, MIRRORS, PENDINGS, REVERSALS, PERIODS)
