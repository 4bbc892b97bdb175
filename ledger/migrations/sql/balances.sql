-- Balances from totals and cells up to the journal they reach, and from the transfers behind it. Each
-- function is stable, so everything in it sees one state: its answer is exact at every instant.
--
-- The service calls ledger_balances_now, ledger_balance_now, ledger_sums and ledger_balance_before; they run
-- as the owner, so that the others need not be opened to it.
--
-- Plans are made once, with sequential scans off, for the reasons given in posting.sql. The transfers
-- behind the totals are read as a range of the primary key; if they are more than the accounts have
-- entries (the roll-up rests, or much was just posted), the accounts' own are read instead.

-- Changes since the totals: what each of the accounts received, gave and has pending, summed up.
create function ledger_changes_since(
    asked_accounts bigint[], first_id bigint, until timestamptz, known_at timestamptz, is_many boolean
) returns table (
    account_id bigint, received numeric, given numeric, pending_in numeric, pending_out numeric
)
language plpgsql stable as $$
declare
    few_accounts bigint[] := case when cardinality(asked_accounts) <= 8 then asked_accounts end;
begin
    if is_many then
        return query
            select effect.account_id, coalesce(sum(moved) filter (where moved > 0), 0),
                coalesce(-sum(moved) filter (where moved < 0), 0), sum(awaited), sum(reserved)
            from (
                select source_id, id from ledger_transfer where source_id = any(asked_accounts)
                    and id >= first_id and effective_at < until
                union all
                select target_id, id from ledger_transfer where target_id = any(asked_accounts)
                    and id >= first_id and effective_at < until
            ) as found(account_id, id)
            cross join lateral ledger_effects(found.id, found.id + 1, null) effect
            where effect.account_id = found.account_id and effect.recorded_at <= known_at
            group by effect.account_id;
    else
        return query
            select effect.account_id, coalesce(sum(moved) filter (where moved > 0), 0),
                coalesce(-sum(moved) filter (where moved < 0), 0), sum(awaited), sum(reserved)
            from ledger_effects(first_id, 9223372036854775807, few_accounts) effect
            where effect.account_id = any(asked_accounts) and effective_at < until
                and effect.recorded_at <= known_at
            group by effect.account_id;
    end if;
end $$;

-- The first transfer's number behind the totals, whether there is any, and whether there are more of
-- their journals than the accounts have entries.
create function ledger_tail(
    asked_accounts bigint[], out first_id bigint, out is_there boolean, out is_long boolean
)
language plpgsql stable as $$
declare
    last_id bigint := (select id from ledger_transfer order by id desc limit 1);
begin
    first_id := coalesce((select journal_id + 1 from ledger_rollup), 1) << 16;
    is_there := coalesce(last_id >= first_id, false);
    is_long := is_there and (last_id - first_id) >> 16 > 100 + coalesce((
        select sum(entries) from ledger_accounttotal where account_id = any(asked_accounts)
    ), 0);
end $$;

-- Balances now, of guarded accounts from what is kept. An account without any movement has no row.
create function ledger_balances_now(asked_accounts bigint[]) returns table (
    account_id bigint, received numeric, given numeric, pending_in numeric, pending_out numeric
)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
    set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
    tail record := ledger_tail(asked_accounts);
begin
    asked_accounts := ledger_own_accounts(asked_accounts);
    if not tail.is_there then
        return query
            select total.account_id, total.received, total.given, total.pending_in, total.pending_out
            from ledger_accounttotal total where total.account_id = any(asked_accounts);
    else
        return query
            select part.account_id, sum(part.received), sum(part.given), sum(part.pending_in),
                sum(part.pending_out)
            from (
                select total.account_id, total.received, total.given, total.pending_in, total.pending_out
                from ledger_accounttotal total where total.account_id = any(asked_accounts)
                union all
                select * from ledger_changes_since(
                    asked_accounts, tail.first_id, 'infinity', 'infinity', tail.is_long)
            ) as part
            group by part.account_id;
    end if;
end $$;

-- One account's balance now by its path; no row if there is no such account.
create function ledger_balance_now(
    asked_path text, out posted numeric, out pending_in numeric, out pending_out numeric
)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
    set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
    found_account bigint;
begin
    if not ledger_is_own_path(asked_path) then
        return;
    end if;
    select account.id, balance.available + balance.pending_out, balance.pending_in, balance.pending_out
    into found_account, posted, pending_in, pending_out
    from ledger_account account left join ledger_accountbalance balance on balance.account_id = account.id
    where account.path = asked_path;
    if posted is null then
        select now.received - now.given, now.pending_in, now.pending_out
        into posted, pending_in, pending_out
        from ledger_balances_now(array[found_account]) as now;
    end if;
end $$;

-- What accounts received and gave before an instant. From the sum of the whole cells before it, the
-- entries of the cell it lies in, and what came behind the totals (of that, before `tail_moment` and
-- recorded by `known_at`: the two differ only for ledger_sums_known).
create function ledger_sums_before(
    asked_accounts bigint[], moment timestamptz, tail_moment timestamptz, known_at timestamptz
) returns table (account_id bigint, received numeric, given numeric)
language plpgsql stable as $$
declare
    tail record := ledger_tail(asked_accounts);
    starts timestamptz[] := array(
        select date_bin(ledger_cell_width(level), moment, '0001-01-01Z') from generate_series(1, 12) level
    );
begin
    return query
        with cells as materialized (
            select total.account_id, cell.start, cell.received, cell.given, cell.is_split,
                cell.start = starts[cell.level] as is_partial
            from ledger_accounttotal total
            cross join lateral generate_series(1, total.depth) as asked(level)
            cross join lateral (
                select * from ledger_accountcell cell
                where cell.account_id = total.account_id and cell.level = asked.level
                    and cell.start >= coalesce(starts[asked.level - 1], '-infinity')
                    and cell.start <= starts[asked.level]
            ) as cell
            where total.account_id = any(asked_accounts)
        ), leaves as (
            select cells.account_id, cells.start from cells where is_partial and not is_split
            union all
            select total.account_id, '-infinity' from ledger_accounttotal total
            where total.account_id = any(asked_accounts) and total.depth = 0 and total.entries > 0
        )
        select part.account_id, sum(part.received), sum(part.given)
        from (
            select cells.account_id, cells.received, cells.given from cells where not is_partial
            union all
            select leaves.account_id, greatest(entry.moved, 0), greatest(-entry.moved, 0)
            from leaves
            cross join lateral ledger_entries(leaves.account_id, leaves.start, moment, tail.first_id) as entry
            union all
            select changes.account_id, changes.received, changes.given
            from ledger_changes_since(
                asked_accounts, tail.first_id, tail_moment, known_at, tail.is_long) as changes
            where tail.is_there
        ) as part
        group by part.account_id;
end $$;

-- The same, counting only what had been recorded by an instant. Entries that were recorded within ten
-- seconds of their effective time are near that instant; the others are listed.
create function ledger_sums_known(
    asked_accounts bigint[], moment timestamptz, known_at timestamptz
) returns table (account_id bigint, received numeric, given numeric)
language plpgsql stable as $$
declare
    tail record := ledger_tail(asked_accounts);
    earlier timestamptz := least(moment, known_at);
begin
    return query
        select part.account_id, sum(part.received), sum(part.given)
        from (
            select * from ledger_sums_before(asked_accounts, earlier, moment, known_at)
            union all
            select changed.account_id, sign * greatest(moved, 0), sign * greatest(-moved, 0)
            from (
                select late.account_id, -1, late.moved from ledger_untimelyentry late
                where late.account_id = any(asked_accounts) and late.recorded_at > known_at
                    and late.effective_at < earlier
                union all
                select asked.id, -1, entry.moved from unnest(asked_accounts) as asked(id)
                cross join lateral ledger_entries(
                    asked.id, known_at - interval '10 s', earlier, tail.first_id) as entry
                where entry.recorded_at > known_at
                    and entry.recorded_at - entry.effective_at <= interval '10 s'
                union all
                select early.account_id, 1, early.moved from ledger_untimelyentry early
                where early.account_id = any(asked_accounts) and early.recorded_at <= known_at
                    and early.effective_at >= earlier and early.effective_at < moment
                    and early.effective_at > early.recorded_at
                union all
                select asked.id, 1, entry.moved from unnest(asked_accounts) as asked(id)
                cross join lateral ledger_entries(
                    asked.id, earlier, least(moment, known_at + interval '10.000001 s'), tail.first_id) as entry
                where entry.recorded_at <= known_at
                    and entry.effective_at - entry.recorded_at <= interval '10 s'
            ) as changed(account_id, sign, moved)
        ) as part
        group by part.account_id;
end $$;

-- What accounts received and gave before an instant; with `known_at`, as far as it was recorded by then.
create function ledger_sums(
    asked_accounts bigint[], moment timestamptz, known_at timestamptz
) returns table (account_id bigint, received numeric, given numeric)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
    set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
begin
    asked_accounts := ledger_own_accounts(asked_accounts);
    if known_at is null then
        return query select * from ledger_sums_before(asked_accounts, moment, moment, 'infinity');
    else
        return query select * from ledger_sums_known(asked_accounts, moment, known_at);
    end if;
end $$;

-- One account's balance before an instant by its path; null if it has none.
create function ledger_balance_before(
    asked_path text, moment timestamptz, known_at timestamptz
) returns numeric
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
    set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
    found_account bigint := (select id from ledger_account where path = asked_path);
begin
    return (select received - given from ledger_sums(array[found_account], moment, known_at));
end $$;
