-- What new transfers do to kept balances, and what must hold for them. Only ledger_post_journals calls
-- these; places (`sources`, `targets`) point into the columns of accounts, `journals` into `are_replays`.

-- Change the balances of the guarded accounts. The transfers count together: a batch is one event, its
-- order means nothing. The rows are locked in the order of their paths by everybody.
create function ledger_change_balances(
    account_ids bigint[], are_guarded boolean[], are_replays boolean[],
    journals integer[], sources integer[], targets integer[], amounts bigint[], phases text[],
    released_amounts bigint[]
) returns void
language plpgsql as $$
declare
    change record;
begin
    for change in
        select side.place, sum(side.moved) as posted, sum(side.awaited) as pending_in,
            sum(side.reserved) as pending_out
        from unnest(journals, sources, targets, amounts, phases, released_amounts)
            as asked(journal, source, target, amount, phase, released)
        cross join lateral (
            select case when phase in ('posted', 'post') then amount else 0 end as moved,
                case phase when 'posted' then 0 when 'pending' then amount else -released end as held
        ) as effect
        cross join lateral (
            values (asked.source, -effect.moved, 0, effect.held), (asked.target, effect.moved, effect.held, 0)
        ) as side(place, moved, awaited, reserved)
        where are_guarded[side.place] and not are_replays[asked.journal]
        group by side.place
        order by side.place
    loop
        update ledger_accountbalance
        set posted = posted + change.posted, pending_in = pending_in + change.pending_in,
            pending_out = pending_out + change.pending_out
        where account_id = account_ids[change.place];
    end loop;
end $$;

-- Refuse if a journal moves the two sides of a mirror by different amounts.
create function ledger_check_mirrors(
    mirrors text[], mirror_sides smallint[], are_replays boolean[],
    journals integer[], sources integer[], targets integer[], amounts bigint[], phases text[]
) returns void
language plpgsql as $$
declare
    broken record;
begin
    select mirrors[side.place] as mirror, sum(side.moved * mirror_sides[side.place]) as difference into broken
    from unnest(journals, sources, targets, amounts, phases) as asked(journal, source, target, amount, phase)
    cross join lateral (
        values (asked.source, -asked.amount), (asked.target, asked.amount)
    ) as side(place, moved)
    where asked.phase in ('posted', 'post') and mirror_sides[side.place] <> 0 and not are_replays[asked.journal]
    group by asked.journal, mirrors[side.place]
    having sum(side.moved * mirror_sides[side.place]) <> 0
    order by asked.journal, mirror limit 1;
    if found then
        perform ledger_refuse('ledger_transfer_mirror_equal',
            'A journal must move both sides of a mirror by the same amount.',
            jsonb_build_object('mirror', broken.mirror, 'difference', broken.difference));
    end if;
end $$;

-- Say why a guarded account cannot take the change. The check constraints say no too; this one knows
-- the path and what was there before.
create function ledger_refuse_balance() returns trigger language plpgsql as $$
declare
    facts jsonb;
begin
    select jsonb_build_object('account', account.path, 'unit', book.unit) into facts
    from ledger_account account join ledger_book book on book.id = account.book_id
    where account.id = new.account_id;
    if new.posted < new.pending_out then
        perform ledger_refuse('ledger_accountbalance_never_below_zero',
            'The account does not hold that much, counting what is reserved.',
            facts || jsonb_build_object('available', old.posted - old.pending_out,
                'needed', old.posted - old.pending_out - (new.posted - new.pending_out)));
    end if;
    perform ledger_refuse('ledger_accountbalance_within_limit',
        'The account would rise above its limit, counting what is still to come.',
        facts || jsonb_build_object('limit', new.balance_limit, 'balance', old.posted + old.pending_in,
            'added', new.posted - old.posted + (new.pending_in - old.pending_in)));
    return null;
end $$;

create trigger ledger_accountbalance_refuse before update on ledger_accountbalance for each row
    when (new.posted < new.pending_out or new.posted > new.balance_limit - new.pending_in)
    execute function ledger_refuse_balance();
