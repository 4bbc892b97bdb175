-- What holds for journals that reverse others: the one reversed is there, is reversed once, and exactly.

-- Lock the journals to be reversed, so that one of several reversals comes first.
create function ledger_lock_reversed(reversed_journals bigint[]) returns void
language plpgsql as $$
declare
    unknown bigint;
begin
    perform from ledger_journal where id = any(reversed_journals) order by id for no key update;
    select asked.id into unknown from unnest(reversed_journals) as asked(id)
    where asked.id is not null and not exists (select from ledger_journal where id = asked.id) limit 1;
    if found then
        perform ledger_refuse('ledger_journal_reverses_known', 'There is no journal of this number.',
            jsonb_build_object('journal_id', unknown));
    end if;
end $$;

-- Refuse if a new journal is not what undoes the journal it names, transfer by transfer: what was moved
-- goes back the way it came in the same amount, what is still pending is voided, and nothing else is
-- done. The order of the transfers means nothing. Called when the new transfers are written.
create function ledger_check_reversals(
    journal_ids bigint[], reversed_journals bigint[], are_replays boolean[]
) returns void
language plpgsql as $$
declare
    unfit record;
begin
    select asked.reverses_id, difference.* into unfit
    from unnest(journal_ids, reversed_journals, are_replays) with ordinality
        as asked(journal_id, reverses_id, is_replay, position)
    cross join lateral (
        select side.phase, side.source_id, side.target_id, side.amount
        from (
            select 'posted' as phase, target_id as source_id, source_id as target_id, amount,
                null::bigint as resolves_id, 1 as times
            from ledger_transfer
            where id between asked.reverses_id << 16 and asked.reverses_id << 16 | 65535
                and phase in ('posted', 'post')
            union all
            select 'void', pending.source_id, pending.target_id, pending.amount, pending.id, 1
            from ledger_transfer pending
            left join ledger_transfer resolution on resolution.resolves_id = pending.id
            where pending.id between asked.reverses_id << 16 and asked.reverses_id << 16 | 65535
                and pending.phase = 'pending'
                and (resolution.id is null or resolution.journal_id = asked.journal_id)
            union all
            select phase, source_id, target_id, amount, resolves_id, -1
            from ledger_transfer
            where id between asked.journal_id << 16 and asked.journal_id << 16 | 65535
        ) as side
        group by side.phase, side.source_id, side.target_id, side.amount, side.resolves_id
        having sum(side.times) <> 0
        order by side.phase, side.source_id, side.target_id, side.amount, side.resolves_id limit 1
    ) as difference
    where asked.reverses_id is not null and not asked.is_replay
    order by asked.position limit 1;
    if found then
        perform ledger_refuse('ledger_journal_reverses_exactly',
            'The journal is not the exact reverse of the one it names.',
            jsonb_build_object('journal_id', unfit.reverses_id, 'phase', unfit.phase,
                'source', (select path from ledger_account where id = unfit.source_id),
                'target', (select path from ledger_account where id = unfit.target_id),
                'amount', unfit.amount));
    end if;
end $$;
