-- What new transfers do to the kept balances, and what must hold afterwards. Both are triggers on the
-- table, so that no way of inserting a transfer passes them by.

create function ledger_apply_transfers() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    accounts bigint[];
    posted_changes numeric[]; pending_in_changes numeric[]; pending_out_changes numeric[];
    old_posted bigint[]; old_pending_in bigint[]; old_pending_out bigint[]; limits bigint[];
begin
    -- Several transfers of one account count by their sum: a batch is one event, its order means nothing.
    select array_agg(account_id order by account_id), array_agg(posted order by account_id),
        array_agg(pending_in order by account_id), array_agg(pending_out order by account_id)
    into accounts, posted_changes, pending_in_changes, pending_out_changes
    from (
        select balance.account_id, sum(side.posted) as posted, sum(side.pending_in) as pending_in,
            sum(side.pending_out) as pending_out
        from inserted
        left join ledger_transfer pending on pending.id = inserted.resolves_id
        cross join lateral (
            select case when inserted.phase in ('posted', 'post') then inserted.amount else 0 end as moved,
                case inserted.phase when 'posted' then 0 when 'pending' then inserted.amount
                    else -pending.amount end as reserved
        ) as effect
        cross join lateral (values
            (inserted.source_id, -moved, 0, reserved), (inserted.target_id, moved, reserved, 0)
        ) as side(account_id, posted, pending_in, pending_out)
        join ledger_accountbalance balance on balance.account_id = side.account_id
        group by balance.account_id
    ) as change;
    if accounts is null then
        return null;
    end if;

    -- Locked in one order by everybody, so that nobody waits in a circle.
    select array_agg(posted), array_agg(pending_in), array_agg(pending_out), array_agg(balance_limit)
    into old_posted, old_pending_in, old_pending_out, limits
    from (
        select * from ledger_accountbalance where account_id = any(accounts)
        order by account_id for no key update
    ) as locked;

    perform ledger_refuse_balance(accounts[i], old_posted[i], old_pending_in[i], old_pending_out[i], limits[i],
        posted_changes[i], pending_in_changes[i], pending_out_changes[i])
    from generate_subscripts(accounts, 1) i
    where old_posted[i] + posted_changes[i] < old_pending_out[i] + pending_out_changes[i]
        or old_posted[i] + posted_changes[i] + old_pending_in[i] + pending_in_changes[i]
            > coalesce(limits[i], 9223372036854775807)
    order by i limit 1;

    update ledger_accountbalance balance
    set posted = balance.posted + change.posted, pending_in = balance.pending_in + change.pending_in,
        pending_out = balance.pending_out + change.pending_out
    from unnest(accounts, posted_changes, pending_in_changes, pending_out_changes)
        as change(account_id, posted, pending_in, pending_out)
    where balance.account_id = change.account_id;
    return null;
end $$;

-- Say why a guarded account cannot take the changes.
create function ledger_refuse_balance(
    account bigint, posted numeric, pending_in numeric, pending_out numeric, balance_limit bigint,
    posted_change numeric, pending_in_change numeric, pending_out_change numeric
) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    facts jsonb;
begin
    select jsonb_build_object('account', ledger_account.path, 'unit', book.unit) into facts
    from ledger_account join ledger_book book on book.id = book_id where ledger_account.id = account;
    if posted + posted_change < pending_out + pending_out_change then
        perform ledger_refuse('ledger_accountbalance_never_below_zero',
            'The account does not hold that much, counting what is reserved.',
            facts || jsonb_build_object('available', posted - pending_out,
                'needed', pending_out_change - posted_change));
    elsif balance_limit is not null then
        perform ledger_refuse('ledger_accountbalance_within_limit',
            'The account would rise above its limit, counting what is still to come.',
            facts || jsonb_build_object('limit', balance_limit, 'balance', posted + pending_in,
                'added', posted_change + pending_in_change));
    end if;
    perform ledger_refuse('ledger_accountbalance_in_range',
        'The balance would be larger than the ledger can hold.', facts);
end $$;

create function ledger_check_mirrors() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    broken record;
begin
    select inserted.journal_id, account.mirror, sum(account.mirror_side * side.moved) as difference into broken
    from inserted
    cross join lateral (values
        (inserted.source_id, -inserted.amount), (inserted.target_id, inserted.amount)
    ) as side(account_id, moved)
    join ledger_account account on account.id = side.account_id
    where inserted.phase in ('posted', 'post') and account.mirror_side <> 0
    group by inserted.journal_id, account.mirror
    having sum(account.mirror_side * side.moved) <> 0
    limit 1;
    if found then
        perform ledger_refuse('ledger_transfer_mirror_equal',
            'A journal must move both sides of a mirror by the same amount.',
            jsonb_build_object('mirror', broken.mirror, 'difference', broken.difference));
    end if;
    return null;
end $$;

create trigger ledger_transfer_10_apply after insert on ledger_transfer
    referencing new table as inserted for each statement execute function ledger_apply_transfers();
create trigger ledger_transfer_20_mirrors after insert on ledger_transfer
    referencing new table as inserted for each statement execute function ledger_check_mirrors();
