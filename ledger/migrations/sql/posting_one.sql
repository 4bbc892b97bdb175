-- One journal of one transfer that moves or reserves: what ledger_post_journals would do with it, in as
-- few statements as there can be. Each costs about as much as writing a row, so the usual case needs two
-- inserts and a change of two balances, which also finds the accounts. Whatever is unusual (a replay, a
-- refusal, a mirror) is left to the functions that the other one calls too.
--
-- Locks are taken in the same order: the gate, the key, balances by their accounts' paths.
create function ledger_post_transfer(
    source_path text, target_path text, amount bigint, phase text, expires_at timestamptz,
    idempotency_key text, kind text, effective_at timestamptz, adjusted_month date,
    reference_type text, reference_id text, metadata jsonb, fingerprint_version smallint, fingerprint bytea,
    out journal_id bigint, out recorded_at timestamptz, out is_replay boolean
)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp set enable_seqscan = off as $$
declare
    transaction_number xid8 := pg_current_xact_id();
    is_target_first boolean := target_path collate "C" < source_path;
    moved bigint := case when phase = 'posted' then amount else 0 end;
    held bigint := amount - moved;
    source_id bigint;
    target_id bigint;
    is_source_mirrored boolean;
    is_target_mirrored boolean;
    open_from timestamptz;
begin
    -- A condition is evaluated without a statement of its own.
    if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
        perform ledger_require_read_committed();
    end if;
    if pg_advisory_xact_lock_shared(7310589221907144) is null then
        return;
    end if;
    recorded_at := clock_timestamp();
    insert into ledger_journal (
        idempotency_key, kind, effective_at, recorded_at, adjusts_month, reference_type, reference_id,
        metadata, fingerprint_version, fingerprint, transaction_id
    ) values (
        idempotency_key, kind, effective_at, recorded_at, adjusted_month, reference_type, reference_id,
        metadata, fingerprint_version, fingerprint, transaction_number
    )
    on conflict on constraint ledger_journal_idempotency_key_unique do nothing
    returning id, (select max(closed_until) from ledger_closedperiod) into journal_id, open_from;
    is_replay := journal_id is null;
    if is_replay then
        select ids[1], moments[1] into journal_id, recorded_at
        from ledger_find_replays(array[idempotency_key], array[fingerprint], array[0]) as found(ids, moments);
        return;
    end if;
    if effective_at < open_from then
        perform ledger_refuse_sides(source_path, target_path);
        perform ledger_refuse_closed_periods(array[idempotency_key], array[effective_at], array[false]);
    end if;

    for turn in 1..2 loop
        if (turn = 1) = is_target_first then
            update ledger_accountbalance
            set available = available + moved, headroom = headroom - amount, pending_in = pending_in + held
            where path = target_path and not is_closed and (headroom < amount) is not true
            returning account_id, is_mirrored into target_id, is_target_mirrored;
            if target_id is null then
                select id, mirror_side <> 0 into target_id, is_target_mirrored from ledger_account
                where path = target_path and not is_guarded and closed_at is null;
            end if;
            if target_id is null then
                select account_id, is_mirrored into target_id, is_target_mirrored
                from ledger_take_side(false, source_path, target_path, amount, phase, expires_at);
            end if;
        else
            update ledger_accountbalance
            set available = available - amount, headroom = headroom + moved, pending_out = pending_out + held
            where path = source_path and not is_closed and available >= amount
            returning account_id, is_mirrored into source_id, is_source_mirrored;
            if source_id is null then
                select id, mirror_side <> 0 into source_id, is_source_mirrored from ledger_account
                where path = source_path and not is_guarded and closed_at is null;
            end if;
            if source_id is null then
                select account_id, is_mirrored into source_id, is_source_mirrored
                from ledger_take_side(true, source_path, target_path, amount, phase, expires_at);
            end if;
        end if;
    end loop;
    if source_id = target_id or source_id >> 32 <> target_id >> 32
        or phase not in ('posted', 'pending') or (expires_at is not null and phase = 'posted')
    then
        perform ledger_refuse_transfers(array[source_path, target_path], array[source_id, target_id],
            array[false], array[1], array[1], array[1], array[2], array[phase], array[null::bigint],
            array[expires_at]);
    end if;

    insert into ledger_transfer (
        id, journal_id, source_id, target_id, amount, phase, expires_at, effective_at, recorded_at
    ) values (
        journal_id << 16 | 1, journal_id, source_id, target_id, amount, phase, expires_at, effective_at,
        recorded_at
    );
    if is_source_mirrored or is_target_mirrored then
        perform ledger_check_mirror_sides(source_id, target_id, amount, phase);
    end if;
end $$;

-- One side of a transfer whose balance did not take it at once. What is wrong with the transfer comes
-- first; then an account without a kept balance is looked up, and one that holds too little or too much
-- is refused.
create function ledger_take_side(
    is_source boolean, source_path text, target_path text, amount bigint, phase text, expires_at timestamptz,
    out account_id bigint, out is_mirrored boolean
)
language plpgsql as $$
declare
    moved bigint := case when phase = 'posted' then amount else 0 end;
    held bigint := amount - moved;
    ids bigint[];
    account record;
begin
    perform ledger_refuse_sides(source_path, target_path);
    ids := array[
        (select id from ledger_account where path = source_path),
        (select id from ledger_account where path = target_path)
    ];
    perform ledger_refuse_transfers(array[source_path, target_path], ids, array[false], array[1], array[1],
        array[1], array[2], array[phase], array[null::bigint], array[expires_at]);
    perform ledger_check_mirror_sides(ids[1], ids[2], amount, phase);
    select id, is_guarded, mirror_side <> 0 as is_mirrored into account
    from ledger_account where path = case when is_source then source_path else target_path end;
    if account.is_guarded and is_source then
        perform ledger_change_balance(account.id, -moved, 0, held);
    elsif account.is_guarded then
        perform ledger_change_balance(account.id, moved, held, 0);
    end if;
    account_id := account.id;
    is_mirrored := account.is_mirrored;
end $$;

-- Name the account of a single transfer that is unknown or closed, if there is one.
create function ledger_refuse_sides(source_path text, target_path text) returns void
language sql as $$
    select ledger_refuse_accounts(
        array(select path from unnest(array[source_path, target_path]) as path order by path collate "C"),
        array[1], array[1], array[2], array[false]
    )
$$;

-- Refuse if a single transfer moves the two sides of a mirror by different amounts.
create function ledger_check_mirror_sides(source_id bigint, target_id bigint, amount bigint, phase text)
returns void
language sql as $$
    select ledger_check_mirrors(
        array_agg(account.mirror order by account.id = target_id),
        array_agg(account.mirror_side order by account.id = target_id),
        array[false], array[1], array[1], array[2], array[amount], array[phase]
    )
    from ledger_account account where account.id in (source_id, target_id)
$$;
