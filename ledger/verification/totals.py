"""Checks of the running totals: recomputed from the transfers up to the journal they reach.

None of the functions that keep or read the totals is used here: a fault in those can't hide itself.
"""

from ledger.verification.rows import RowCheck

# The first transfer's number behind the totals.
_REACHED = "coalesce((select journal_id + 1 from ledger_rollup), 1) << 16"

# A row for each side of the transfers in the totals.
_EFFECTS = f"""(
    select side.account_id, side.moved, side.awaited, side.reserved, transfer.effective_at,
        transfer.recorded_at
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
    where transfer.id < {_REACHED}
)"""  # noqa: S608 - constant text

# How long a cell of a level is.
_WIDTH = "interval '1 microsecond' * (2 ^ (48 - 4 * ({level})))"

TOTALS = RowCheck(
    "ledger running totals",
    "Each account's running total is what its transfers add up to, as far as the totals reach.",
    f"""
with effect as (
    select account_id, coalesce(sum(moved) filter (where moved > 0), 0) as received,
        coalesce(-sum(moved) filter (where moved < 0), 0) as given, sum(awaited) as pending_in,
        sum(reserved) as pending_out, count(*) filter (where moved <> 0) as entries
    from {_EFFECTS} as side group by account_id
)
select 'ledger_account', account_id,
    format('its total says %s in, %s out in %s entries; its transfers add up to %s, %s, %s',
        coalesce(total.received, 0), coalesce(total.given, 0), coalesce(total.entries, 0),
        coalesce(effect.received, 0), coalesce(effect.given, 0), coalesce(effect.entries, 0))
from ledger_accounttotal total full join effect using (account_id)
where (total.received, total.given, total.pending_in, total.pending_out, total.entries) is distinct from
    (effect.received, effect.given, effect.pending_in, effect.pending_out, effect.entries)
order by account_id
""",  # noqa: S608 - constant text
)

SPLIT_CELLS = RowCheck(
    "ledger split cells",
    "A cell that is split is the sum of its cells one level down, and an account's total of its first.",
    f"""
with part as (
    select account_id, level - 1 as level,
        case when level > 1 then date_bin({_WIDTH.format(level="level - 1")}, start, '0001-01-01Z')
            else '-infinity' end as start,
        sum(received) as received, sum(given) as given, sum(entries) as entries
    from ledger_accountcell group by 1, 2, 3
), whole as (
    select account_id, level, start, received, given, entries from ledger_accountcell where is_split
    union all
    select account_id, 0, '-infinity', received, given, entries from ledger_accounttotal where depth > 0
)
select 'ledger_account', account_id, format('its cell of level %s from %s holds %s in, %s out in %s entries;'
    ' the cells one level down add up to %s, %s, %s', level, start, whole.received, whole.given,
    whole.entries, part.received, part.given, part.entries)
from whole full join part using (account_id, level, start)
where (whole.received, whole.given, whole.entries) is distinct from (part.received, part.given, part.entries)
order by account_id, level, start
""",  # noqa: S608 - constant text
)

CELLS = RowCheck(
    "ledger cells",
    "A cell that is not split is what the transfers of its span add up to, as far as the totals reach.",
    f"""
select 'ledger_account', cell.account_id, format('its cell of level %s from %s holds %s in, %s out in'
    ' %s entries; its transfers add up to %s, %s, %s', cell.level, cell.start, cell.received, cell.given,
    cell.entries, entry.received, entry.given, entry.entries)
from ledger_accountcell cell
cross join lateral (
    select coalesce(sum(moved) filter (where moved > 0), 0) as received,
        coalesce(-sum(moved) filter (where moved < 0), 0) as given, count(*) as entries
    from (
        select effective_at, id, phase, -amount from ledger_transfer where source_id = cell.account_id
        union all
        select effective_at, id, phase, amount from ledger_transfer where target_id = cell.account_id
    ) as side(effective_at, id, phase, moved)
    where effective_at >= cell.start and effective_at < cell.start + {_WIDTH.format(level="cell.level")}
        and id + 0 < {_REACHED} and phase in ('posted', 'post')
) as entry
where not cell.is_split and (cell.received, cell.given, cell.entries) is distinct from
    (entry.received, entry.given, entry.entries)
order by cell.account_id, cell.level, cell.start
""",  # noqa: S608 - constant text
)

UNTIMELY = RowCheck(
    "ledger untimely entries",
    "What was recorded more than ten seconds before or after it took effect is listed, and nothing else.",
    f"""
with effect as (
    select account_id, count(*) as entries, sum(moved) as moved,
        sum(extract(epoch from effective_at) - extract(epoch from recorded_at)) as seconds
    from {_EFFECTS} as side
    where moved <> 0 and
        (recorded_at - effective_at > interval '10 s' or effective_at - recorded_at > interval '10 s')
    group by account_id
), listed as (
    select account_id, count(*) as entries, sum(moved) as moved,
        sum(extract(epoch from effective_at) - extract(epoch from recorded_at)) as seconds
    from ledger_untimelyentry group by account_id
)
select 'ledger_account', account_id, format('%s untimely entries of %s are listed, there are %s of %s',
    coalesce(listed.entries, 0), coalesce(listed.moved, 0), coalesce(effect.entries, 0),
    coalesce(effect.moved, 0))
from listed full join effect using (account_id)
where (listed.entries, listed.moved, listed.seconds) is distinct from
    (effect.entries, effect.moved, effect.seconds)
order by account_id
""",  # noqa: S608 - constant text
)

TOTAL_CHECKS = (TOTALS, SPLIT_CELLS, CELLS, UNTIMELY)
