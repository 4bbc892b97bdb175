-- What new transfers do to kept balances, and what must hold for them. The posting functions call these;
-- places (`sources`, `targets`) point into the columns of accounts, `journals` into `are_replays`.

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
        select side.place, sum(side.moved) as moved, sum(side.awaited) as awaited,
            sum(side.reserved) as reserved
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
        set available = available + change.moved - change.reserved,
            headroom = headroom - change.moved - change.awaited,
            pending_in = pending_in + change.awaited, pending_out = pending_out + change.reserved
        where account_id = account_ids[change.place] and available + change.moved - change.reserved >= 0
            and (headroom - change.moved - change.awaited < 0) is not true;
        if not found then
            perform ledger_change_balance(
                account_ids[change.place], change.moved, change.awaited, change.reserved);
        end if;
    end loop;
end $$;

-- Change one balance that did not look as if it could be changed so: look again with the row locked, and
-- say why it cannot. The types of the columns say no too, but not to whom and by how much.
create function ledger_change_balance(
    asked_account bigint, moved numeric, awaited numeric, reserved numeric
) returns void
language plpgsql as $$
declare
    kept record;
    facts jsonb;
begin
    select balance.*, account.balance_limit, book.unit into kept
    from ledger_accountbalance balance
    join ledger_account account on account.id = balance.account_id
    join ledger_book book on book.id = account.book_id
    where balance.account_id = asked_account for no key update of balance;
    facts := jsonb_build_object('account', kept.path, 'unit', kept.unit);
    if kept.available + moved - reserved < 0 then
        perform ledger_refuse('ledger_accountbalance_never_below_zero',
            'The account does not hold that much, counting what is reserved.',
            facts || jsonb_build_object('available', kept.available, 'needed', reserved - moved));
    elsif kept.headroom - moved - awaited < 0 then
        perform ledger_refuse('ledger_accountbalance_within_limit',
            'The account would rise above its limit, counting what is still to come.',
            facts || jsonb_build_object('limit', kept.balance_limit,
                'balance', kept.balance_limit - kept.headroom, 'added', moved + awaited));
    end if;
    update ledger_accountbalance
    set available = available + moved - reserved, headroom = headroom - moved - awaited,
        pending_in = pending_in + awaited, pending_out = pending_out + reserved
    where account_id = asked_account;
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

-- Name the first new transfer whose columns don't agree with one another, if there is one.
create function ledger_refuse_transfers(
    paths text[], account_ids bigint[], are_replays boolean[],
    journals integer[], ordinals integer[], sources integer[], targets integer[], phases text[],
    resolved_transfers bigint[], expiries timestamptz[]
) returns void
language plpgsql as $$
declare
    unfit record;
begin
    select paths[asked.source] as source, paths[asked.target] as target, asked.phase,
        case
            when account_ids[asked.source] = account_ids[asked.target] then 'ledger_transfer_two_accounts'
            when account_ids[asked.source] >> 32 <> account_ids[asked.target] >> 32
                then 'ledger_transfer_one_book'
            when asked.expires_at is not null and asked.phase <> 'pending'
                then 'ledger_transfer_only_pending_expires'
            when asked.ordinal not between 1 and 65535 then 'ledger_transfer_id_carries_journal'
            else 'ledger_transfer_phase_resolves'
        end as broken
    into unfit
    from unnest(journals, ordinals, sources, targets, phases, resolved_transfers, expiries) with ordinality
        as asked(journal, ordinal, source, target, phase, resolves_id, expires_at, position)
    where not are_replays[asked.journal] and ledger_is_transfer(
        account_ids[asked.source], account_ids[asked.target], asked.ordinal, asked.phase, asked.resolves_id,
        asked.expires_at) is not true
    order by asked.position limit 1;
    if found then
        perform ledger_refuse(unfit.broken, 'A transfer moves or resolves, between two accounts of one book.',
            jsonb_build_object('source', unfit.source, 'target', unfit.target, 'phase', unfit.phase));
    end if;
end $$;

-- Whether the columns of a transfer agree with one another.
create function ledger_is_transfer(
    source_id bigint, target_id bigint, ordinal integer, phase text, resolves_id bigint,
    expires_at timestamptz
) returns boolean
language sql immutable as $$
    select source_id <> target_id and source_id >> 32 = target_id >> 32 and ordinal between 1 and 65535
        and case phase
            when 'posted' then resolves_id is null and expires_at is null
            when 'pending' then resolves_id is null
            when 'post' then resolves_id is not null and expires_at is null
            when 'void' then resolves_id is not null and expires_at is null
            else false end
$$;
