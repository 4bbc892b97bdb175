-- Running totals of every account up to a journal, and how they are kept: docs/algorithms/balances_in_time.md.
-- Up to which journal is said by one row; while there is none, nothing is in the totals.

-- Every account's history is cut into cells of 2^44 microseconds (204 days), each of those that holds
-- many entries into sixteen of a sixteenth, and so on, down to cells of one microsecond.
create function ledger_cell_width(level integer) returns interval
language sql immutable set search_path = pg_catalog as $$
    select 2 ^ (48 - 4 * level) * interval '1 microsecond'
$$;

-- The posted movements of an account in a span of effective time, up to before a transfer's number: by
-- the account's indexes, never by the range of numbers (hence the sum).
create function ledger_entries(
    asked_account bigint, since timestamptz, until timestamptz, before_id bigint
) returns table (effective_at timestamptz, recorded_at timestamptz, moved bigint)
language sql stable as $$
    select effective_at, recorded_at, -amount from ledger_transfer
    where source_id = asked_account and effective_at >= since and effective_at < until
        and id + 0 < before_id and phase in ('posted', 'post')
    union all
    select effective_at, recorded_at, amount from ledger_transfer
    where target_id = asked_account and effective_at >= since and effective_at < until
        and id + 0 < before_id and phase in ('posted', 'post')
$$;

-- What the transfers from one number to before another do to their accounts, a row for each side. With
-- `some_accounts` only those that touch one of a few: most are passed over before anything is computed.
create function ledger_effects(first_id bigint, end_id bigint, some_accounts bigint[]) returns table (
    account_id bigint, id bigint, effective_at timestamptz, recorded_at timestamptz,
    moved bigint, awaited bigint, reserved bigint
)
language sql stable as $$
    select side.account_id, transfer.id, transfer.effective_at, transfer.recorded_at,
        side.moved, side.awaited, side.reserved
    from ledger_transfer transfer
    cross join lateral (
        select case when transfer.phase in ('posted', 'post') then transfer.amount else 0 end as moved,
            case transfer.phase when 'posted' then 0 when 'pending' then transfer.amount
                else -(select amount from ledger_transfer pending where pending.id = transfer.resolves_id)
            end as held
    ) as change
    cross join lateral (values
        (transfer.source_id, -change.moved, 0, change.held),
        (transfer.target_id, change.moved, change.held, 0)
    ) as side(account_id, moved, awaited, reserved)
    where transfer.id >= first_id and transfer.id < end_id and (some_accounts is null
        or transfer.source_id = any(some_accounts) or transfer.target_id = any(some_accounts))
$$;

-- Add the next journals, none above `until_journal` and about `most_transfers` at most, to totals and
-- cells; answers up to which journal they reach now. Up to `until_journal` all must be settled. One at a
-- time: the row that says how far they reach is locked. What is added and how far go together. The row
-- is made here if it is missing; then whatever the totals hold is of no known journals, and goes.
create function ledger_roll_up(until_journal bigint, most_transfers integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    set plan_cache_mode = force_custom_plan set jit = off set work_mem = '64MB' as $$
declare
    most_entries constant integer := 128;
    reached bigint;
    last_journal bigint;
    first_id bigint;
    end_id bigint;
    accounts bigint[];
    moments timestamptz[];
    moved_amounts bigint[];
    width interval;
begin
    -- On a snapshot it would pass by journals that were settled after it was taken.
    perform ledger_require_read_committed();
    insert into ledger_rollup (id, journal_id) values (1, 0) on conflict do nothing;
    if found then
        delete from ledger_accounttotal;
        delete from ledger_accountcell;
        delete from ledger_untimelyentry;
    end if;
    select journal_id into reached from ledger_rollup for update;
    last_journal := least(until_journal, ledger_last_journal_id());
    if last_journal <= reached then
        return reached;
    end if;
    first_id := (reached + 1) << 16;
    -- Whole journals: as many as fit, at least one.
    last_journal := coalesce((
        select (id >> 16) - 1 from ledger_transfer
        where id >= first_id and id < (last_journal + 1) << 16
        order by id offset greatest(most_transfers, 65536) limit 1
    ), last_journal);
    end_id := (last_journal + 1) << 16;

    insert into ledger_accounttotal as total (
        account_id, received, given, pending_in, pending_out, entries, depth
    )
    select account_id, coalesce(sum(moved) filter (where moved > 0), 0),
        coalesce(-sum(moved) filter (where moved < 0), 0), sum(awaited), sum(reserved),
        count(*) filter (where moved <> 0), 0
    from ledger_effects(first_id, end_id, null)
    group by account_id
    on conflict (account_id) do update set received = total.received + excluded.received,
        given = total.given + excluded.given, pending_in = total.pending_in + excluded.pending_in,
        pending_out = total.pending_out + excluded.pending_out, entries = total.entries + excluded.entries;

    insert into ledger_untimelyentry (account_id, recorded_at, transfer_id, effective_at, moved)
    select account_id, recorded_at, id, effective_at, moved from ledger_effects(first_id, end_id, null)
    where moved <> 0
        and (recorded_at - effective_at > interval '10 s' or effective_at - recorded_at > interval '10 s')
    order by account_id, recorded_at, id;

    -- What goes into cells: the new entries of accounts that have some, and all of those that get some.
    select array_agg(account_id), array_agg(effective_at), array_agg(moved)
    into accounts, moments, moved_amounts
    from ledger_effects(first_id, end_id, null) where moved <> 0;
    with entry as materialized (
        select * from unnest(accounts, moments, moved_amounts) as entry(account_id, effective_at, moved)
    ), added as materialized (
        select account_id, count(*) as entries from entry group by account_id
    ), divided as materialized (
        select account_id, total.depth = 0 and total.entries > added.entries as has_more
        from added join ledger_accounttotal total using (account_id) where total.entries > most_entries
    )
    select array_agg(lower.account_id), array_agg(lower.effective_at), array_agg(lower.moved)
    into accounts, moments, moved_amounts
    from (
        select entry.account_id, entry.effective_at, entry.moved from entry join divided using (account_id)
        union all
        select divided.account_id, old.effective_at, old.moved
        from divided
        cross join lateral ledger_entries(divided.account_id, '-infinity', 'infinity', first_id) old
        where divided.has_more
    ) as lower;

    for lower_level in 1..12 loop
        exit when accounts is null;
        width := ledger_cell_width(lower_level);
        update ledger_accounttotal set depth = lower_level
        where depth < lower_level and account_id in (select unnest(accounts));
        with entry as materialized (
            select account_id, date_bin(width, effective_at, '0001-01-01Z') as start, effective_at, moved
            from unnest(accounts, moments, moved_amounts) as entry(account_id, effective_at, moved)
        ), added as materialized (
            select account_id, start, coalesce(sum(moved) filter (where moved > 0), 0) as received,
                coalesce(-sum(moved) filter (where moved < 0), 0) as given, count(*) as entries
            from entry group by account_id, start
        ), before as materialized (
            select cell.account_id, cell.start, cell.is_split from added
            join ledger_accountcell cell
                on (cell.account_id, cell.level, cell.start) = (added.account_id, lower_level, added.start)
        ), kept as (
            insert into ledger_accountcell as cell (
                account_id, level, start, received, given, entries, is_split
            )
            select account_id, lower_level, start, received, given, entries, lower_level < 12 and entries > most_entries
            from added order by account_id, start
            on conflict (account_id, level, start) do update set received = cell.received + excluded.received,
                given = cell.given + excluded.given, entries = cell.entries + excluded.entries,
                is_split = cell.is_split
                    or (lower_level < 12 and cell.entries + excluded.entries > most_entries)
            returning account_id, start, is_split
        )
        select array_agg(lower.account_id), array_agg(lower.effective_at), array_agg(lower.moved)
        into accounts, moments, moved_amounts
        from (
            select entry.account_id, entry.effective_at, entry.moved
            from entry join kept using (account_id, start) where kept.is_split
            union all
            select kept.account_id, old.effective_at, old.moved
            from kept join before using (account_id, start)
            cross join lateral ledger_entries(kept.account_id, kept.start, kept.start + width, first_id) old
            where kept.is_split and not before.is_split
        ) as lower;
    end loop;

    update ledger_rollup set journal_id = last_journal, rolled_up_at = clock_timestamp();
    return last_journal;
end $$;
