-- One journal of one transfer that moves or reserves: what ledger_post_journals would do with it, in as
-- few statements as there can be. Each costs about as much as writing a row, so the usual case needs two
-- inserts, one look at the two accounts, and an update for each that is guarded. Whatever is unusual (a
-- replay, a refusal, a mirror) is left to the functions that the other one calls too.
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
    source_id bigint;
    target_id bigint;
    is_source_guarded boolean;
    is_target_guarded boolean;
    is_any_closed boolean;
    is_any_mirrored boolean;
    open_from timestamptz;
    moved bigint := case when phase = 'posted' then amount else 0 end;
    held bigint := amount - moved;
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
    returning id into journal_id;
    is_replay := journal_id is null;
    if is_replay then
        select ids[1], moments[1] into journal_id, recorded_at
        from ledger_find_replays(array[idempotency_key], array[fingerprint], array[0]) as found(ids, moments);
        return;
    end if;

    select source.id, target.id, source.is_guarded, target.is_guarded,
        source.closed_at is not null or target.closed_at is not null,
        source.mirror_side <> 0 or target.mirror_side <> 0,
        (select max(closed_until) from ledger_closedperiod)
    into source_id, target_id, is_source_guarded, is_target_guarded, is_any_closed, is_any_mirrored, open_from
    from ledger_account source, ledger_account target
    where source.path = source_path and target.path = target_path;
    if is_any_closed is not false then
        perform ledger_refuse_accounts(
            array(select path from unnest(array[source_path, target_path]) as path order by path collate "C"),
            array[1], array[1], array[2], array[false]
        );
    end if;
    if effective_at < open_from then
        perform ledger_refuse_closed_periods(array[idempotency_key], array[effective_at], array[false]);
    end if;

    insert into ledger_transfer (
        id, journal_id, source_id, target_id, amount, phase, expires_at, effective_at, recorded_at
    ) values (
        journal_id << 16 | 1, journal_id, source_id, target_id, amount, phase, expires_at, effective_at,
        recorded_at
    );
    if is_any_mirrored then
        perform ledger_check_mirrors(
            array_agg(account.mirror order by account.id = target_id),
            array_agg(account.mirror_side order by account.id = target_id),
            array[false], array[1], array[1], array[2], array[amount], array[phase]
        )
        from ledger_account account where account.id in (source_id, target_id);
    end if;
    if is_target_guarded and is_target_first then
        update ledger_accountbalance
        set posted = posted + moved, pending_in = pending_in + held where account_id = target_id;
    end if;
    if is_source_guarded then
        update ledger_accountbalance
        set posted = posted - moved, pending_out = pending_out + held where account_id = source_id;
    end if;
    if is_target_guarded and not is_target_first then
        update ledger_accountbalance
        set posted = posted + moved, pending_in = pending_in + held where account_id = target_id;
    end if;
end $$;
