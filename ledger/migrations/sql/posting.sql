-- The one way in. Posts journals and their transfers, all or none, in a constant number of statements.
--
-- `paths` are the distinct account paths, sorted bytewise. `sources` and `targets` point into them and
-- `transfer_journals` into the journals, counting from one; transfers come in the order of their
-- journals. A column in which nothing is said, of any journal or transfer, is null. A journal whose key
-- is known posts nothing if its fingerprint is the same (a replay, whatever has been closed since) and is
-- refused otherwise.
--
-- Locks are taken in this order by every call: the gate (shared), journals to be reversed, idempotency
-- keys, pending transfers, balances; sorted within each kind. So transactions that call this once each
-- never wait for one another in a circle. An account that is not guarded has no balance row, so nobody
-- queues for it. The transaction has its number before a journal gets one: a journal that is numbered
-- below another's, but not yet to be seen, belongs to a transaction that snapshots know to be running.
--
-- Plans are made once and without knowing the arrays: planning anew for each call costs more than the
-- call. Sequential scans are off, because a plan made while a table was empty would keep its scan.
create function ledger_post_journals(
    paths text[],
    idempotency_keys text[], kinds text[], effective_ats timestamptz[], adjusted_months date[],
    reference_types text[], reference_ids text[], metadatas jsonb[], reversed_journals bigint[],
    fingerprint_version smallint, fingerprints bytea[],
    transfer_journals integer[], ordinals integer[], sources integer[], targets integer[],
    amounts bigint[], phases text[], resolved_transfers bigint[], expiries timestamptz[],
    out journal_ids bigint[], out recorded_at timestamptz, out replays_recorded_at timestamptz[]
)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
    set plan_cache_mode = force_generic_plan set enable_seqscan = off set work_mem = '64MB' as $$
declare
    transaction_number xid8 := pg_current_xact_id();
    are_replays boolean[];
    is_any_replay boolean;
    account_ids bigint[];
    are_guarded boolean[];
    mirrors text[];
    mirror_sides smallint[];
    is_any_closed boolean;
    is_any_mirrored boolean;
    released_amounts bigint[];
    inserted_count integer;
    new_count integer;
begin
    perform ledger_require_read_committed();
    perform pg_advisory_xact_lock_shared(7310589221907144);
    recorded_at := clock_timestamp();
    if reversed_journals is not null then
        perform ledger_lock_reversed(reversed_journals);
    end if;
    journal_ids := array(select nextval('ledger_journal_id_seq') from generate_subscripts(idempotency_keys, 1));
    insert into ledger_journal (
        id, idempotency_key, kind, effective_at, recorded_at, adjusts_month, reference_type, reference_id,
        metadata, reverses_id, fingerprint_version, fingerprint, transaction_id
    )
    select asked.id, asked.idempotency_key, asked.kind, asked.effective_at, recorded_at,
        asked.adjusts_month, coalesce(asked.reference_type, ''), coalesce(asked.reference_id, ''),
        coalesce(asked.metadata, '{}'), asked.reverses_id, fingerprint_version, asked.fingerprint,
        transaction_number
    from unnest(
        journal_ids, idempotency_keys, kinds, effective_ats, adjusted_months, reference_types, reference_ids,
        metadatas, reversed_journals, fingerprints
    ) as asked(
        id, idempotency_key, kind, effective_at, adjusts_month, reference_type, reference_id, metadata,
        reverses_id, fingerprint
    )
    order by asked.idempotency_key collate "C"
    on conflict (idempotency_key) do nothing;
    get diagnostics inserted_count = row_count;

    are_replays := array_fill(false, array[cardinality(journal_ids)]);
    is_any_replay := inserted_count < cardinality(journal_ids);
    if is_any_replay then
        select ids, moments, replays into journal_ids, replays_recorded_at, are_replays
        from ledger_find_replays(idempotency_keys, fingerprints, journal_ids) as found(ids, moments, replays);
    end if;

    select array_agg(id), array_agg(is_guarded), array_agg(mirror), array_agg(mirror_side),
        bool_or(closed_at is not null), bool_or(mirror_side <> 0)
    into account_ids, are_guarded, mirrors, mirror_sides, is_any_closed, is_any_mirrored
    from (select * from ledger_account where path = any(paths) order by path) as found;
    if is_any_closed or cardinality(account_ids) is distinct from cardinality(paths) then
        perform ledger_refuse_accounts(paths, transfer_journals, sources, targets, are_replays);
    end if;
    perform ledger_refuse_closed_periods(idempotency_keys, effective_ats, are_replays);
    if 'post' = any(phases) or 'void' = any(phases) then
        released_amounts := ledger_release_pendings(
            array(select case when not are_replays[journal] then resolved end
                from unnest(transfer_journals, resolved_transfers) as asked(journal, resolved)),
            phases, amounts,
            array(select account_ids[source] from unnest(sources) source),
            array(select account_ids[target] from unnest(targets) target),
            recorded_at
        );
    end if;

    insert into ledger_transfer (
        id, journal_id, source_id, target_id, amount, phase, resolves_id, expires_at, effective_at, recorded_at
    )
    select journal_ids[asked.journal] << 16 | asked.ordinal, journal_ids[asked.journal],
        account_ids[asked.source], account_ids[asked.target], asked.amount, asked.phase,
        asked.resolves_id, asked.expires_at, effective_ats[asked.journal], recorded_at
    from unnest(
        transfer_journals, ordinals, sources, targets, amounts, phases, resolved_transfers, expiries
    ) as asked(journal, ordinal, source, target, amount, phase, resolves_id, expires_at)
    where not are_replays[asked.journal] and ledger_is_transfer(
        account_ids[asked.source], account_ids[asked.target], asked.ordinal, asked.phase, asked.resolves_id,
        asked.expires_at);
    get diagnostics inserted_count = row_count;
    new_count := case when is_any_replay then (
        select count(*) from unnest(transfer_journals) as journal where not are_replays[journal]
    ) else cardinality(transfer_journals) end;
    if inserted_count < new_count then
        perform ledger_refuse_transfers(paths, account_ids, are_replays, transfer_journals, ordinals, sources,
            targets, phases, resolved_transfers, expiries);
    end if;

    if reversed_journals is not null then
        perform ledger_check_reversals(journal_ids, reversed_journals, are_replays);
    end if;
    if is_any_mirrored then
        perform ledger_check_mirrors(mirrors, mirror_sides, are_replays, transfer_journals, sources,
            targets, amounts, phases);
    end if;
    if true = any(are_guarded) then
        perform ledger_change_balances(account_ids, are_guarded, are_replays, transfer_journals, sources,
            targets, amounts, phases, released_amounts);
    end if;
end $$;

-- Refuse if a new journal takes effect in a closed period; say from when on it could.
create function ledger_refuse_closed_periods(
    idempotency_keys text[], effective_ats timestamptz[], are_replays boolean[]
) returns void
language plpgsql as $$
declare
    open_from timestamptz := max(closed_until) from ledger_closedperiod;
    unfit record;
begin
    select asked.* into unfit
    from unnest(idempotency_keys, effective_ats, are_replays)
        as asked(idempotency_key, effective_at, is_replay)
    where asked.effective_at < open_from and not asked.is_replay limit 1;
    if found then
        perform ledger_refuse('ledger_journal_period_open', 'The period of the effective time is closed.',
            jsonb_build_object('idempotency_key', unfit.idempotency_key, 'open_from', open_from));
    end if;
end $$;

-- Name the first path of a new transfer that has no account, or whose account is closed, if there is one.
create function ledger_refuse_accounts(
    paths text[], transfer_journals integer[], sources integer[], targets integer[], are_replays boolean[]
) returns void
language plpgsql as $$
declare
    unfit record;
begin
    select asked.path, account.id is null as is_unknown into unfit
    from unnest(paths) with ordinality as asked(path, position)
    left join ledger_account account on account.path = asked.path
    where (account.id is null or account.closed_at is not null) and exists (
        select from unnest(transfer_journals, sources, targets) as transfer(journal, source, target)
        where asked.position in (transfer.source, transfer.target) and not are_replays[transfer.journal]
    )
    order by asked.position limit 1;
    if unfit.is_unknown then
        perform ledger_refuse('ledger_transfer_account_known', 'There is no account of this path.',
            jsonb_build_object('account', unfit.path));
    elsif unfit.path is not null then
        perform ledger_refuse('ledger_transfer_account_open', 'The account is closed.',
            jsonb_build_object('account', unfit.path));
    end if;
end $$;

-- The journals that stand under the keys asked for, in the order asked: numbers, which of them stood
-- before (their number is not the one just given), and when those were recorded.
create function ledger_find_replays(
    idempotency_keys text[], fingerprints bytea[], given_ids bigint[],
    out ids bigint[], out moments timestamptz[], out replays boolean[]
)
language plpgsql as $$
declare
    conflicting text;
begin
    select array_agg(standing.id order by asked.position),
        array_agg(case when standing.id <> given_ids[asked.position] then standing.recorded_at end
            order by asked.position),
        array_agg(standing.id <> given_ids[asked.position] order by asked.position),
        min(asked.idempotency_key) filter (where standing.fingerprint <> asked.fingerprint)
    into ids, moments, replays, conflicting
    from unnest(idempotency_keys, fingerprints) with ordinality as asked(idempotency_key, fingerprint, position)
    join ledger_journal standing on standing.idempotency_key = asked.idempotency_key;
    if conflicting is not null then
        perform ledger_refuse('ledger_journal_idempotency_key_unique',
            'The idempotency key was used for a journal with other content.',
            jsonb_build_object('idempotency_key', conflicting));
    end if;
end $$;

-- Lock the pending transfers to be resolved and refuse the first that cannot be, as asked; answers the
-- amounts they reserved. A null in `resolved_transfers` is a transfer that resolves nothing.
create function ledger_release_pendings(
    resolved_transfers bigint[], phases text[], amounts bigint[], sources bigint[], targets bigint[],
    moment timestamptz
) returns bigint[]
language plpgsql as $$
declare
    unfit record;
    facts jsonb;
begin
    perform from ledger_transfer where id = any(resolved_transfers) order by id for no key update;
    select asked.resolves_id, asked.amount, pending.amount as pending_amount, pending.expires_at,
        case
            when pending.id is null then 'ledger_transfer_resolves_pending'
            when resolution.id is not null then 'ledger_transfer_resolved_once'
            when asked.phase = 'post' and pending.expires_at <= moment then 'ledger_transfer_resolved_in_time'
            else 'ledger_transfer_resolved_within_amount'
        end as broken
    into unfit
    from unnest(resolved_transfers, phases, amounts, sources, targets) with ordinality
        as asked(resolves_id, phase, amount, source_id, target_id, position)
    left join ledger_transfer pending on pending.id = asked.resolves_id and pending.phase = 'pending'
        and pending.source_id = asked.source_id and pending.target_id = asked.target_id
    left join ledger_transfer resolution on resolution.resolves_id = asked.resolves_id
    where asked.resolves_id is not null and (
        pending.id is null or resolution.id is not null
        or (asked.phase = 'post' and (pending.expires_at <= moment or asked.amount > pending.amount))
        or (asked.phase = 'void' and asked.amount <> pending.amount)
    )
    order by asked.position limit 1;
    if found then
        facts := jsonb_build_object('pending_transfer', unfit.resolves_id);
        case unfit.broken
        when 'ledger_transfer_resolves_pending' then
            perform ledger_refuse(unfit.broken, 'There is no pending transfer of this number.', facts);
        when 'ledger_transfer_resolved_once' then
            perform ledger_refuse(unfit.broken, 'The pending transfer has been resolved before.', facts);
        when 'ledger_transfer_resolved_in_time' then
            perform ledger_refuse(unfit.broken, 'The pending transfer has expired.',
                facts || jsonb_build_object('expired_at', unfit.expires_at));
        else
            perform ledger_refuse(unfit.broken, 'More was to be posted than the pending transfer reserves.',
                facts || jsonb_build_object('pending', unfit.pending_amount, 'needed', unfit.amount));
        end case;
    end if;
    return array(
        select pending.amount
        from unnest(resolved_transfers) with ordinality as asked(resolves_id, position)
        left join ledger_transfer pending on pending.id = asked.resolves_id
        order by asked.position
    );
end $$;
