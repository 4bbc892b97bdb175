-- Open accounts that do not exist yet, each guarded one with its balance row, so that a lock never
-- misses a row. An account that exists must have the same properties.
create function ledger_open_accounts(
    paths text[], book_codes text[], are_guarded boolean[], limits bigint[], mirrors text[],
    mirror_sides smallint[]
) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    unfit text;
begin
    select asked.code into unfit from unnest(book_codes) as asked(code)
    where not exists (select from ledger_book book where book.code = asked.code) limit 1;
    if found then
        perform ledger_refuse('ledger_account_book_known', 'There is no book of this code.',
            jsonb_build_object('book', unfit));
    end if;

    with wanted as (
        select * from unnest(paths, book_codes, are_guarded, limits, mirrors, mirror_sides)
            as wanted(path, book_code, is_guarded, balance_limit, mirror, mirror_side)
    ), opened as (
        insert into ledger_account (id, path, book_id, is_guarded, balance_limit, mirror, mirror_side)
        select book.id << 32 | nextval('ledger_account_number'), wanted.path, book.id, wanted.is_guarded,
            wanted.balance_limit, wanted.mirror, wanted.mirror_side
        from wanted join ledger_book book on book.code = wanted.book_code
        order by wanted.path collate "C"
        on conflict (path) do nothing
        returning id, path, is_guarded, balance_limit, mirror_side
    )
    insert into ledger_accountbalance (
        account_id, path, is_mirrored, is_closed, available, headroom, pending_in, pending_out
    )
    select id, path, mirror_side <> 0, false, 0, balance_limit, 0, 0 from opened where is_guarded;

    select wanted.path into unfit
    from unnest(paths, book_codes, are_guarded, limits, mirrors, mirror_sides)
        as wanted(path, book_code, is_guarded, balance_limit, mirror, mirror_side)
    join ledger_account account on account.path = wanted.path
    join ledger_book book on book.id = account.book_id
    where (book.code, account.is_guarded, account.balance_limit, account.mirror, account.mirror_side)
        is distinct from
        (wanted.book_code, wanted.is_guarded, wanted.balance_limit, wanted.mirror, wanted.mirror_side)
    order by wanted.path collate "C" limit 1;
    if found then
        perform ledger_refuse('ledger_account_same_properties',
            'An account of this path exists with other properties.', jsonb_build_object('account', unfit));
    end if;
end $$;

-- Close accounts that hold nothing and await nothing. Waits for everybody who is posting; who comes
-- later finds them closed.
create function ledger_close_accounts(paths text[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    unfit text;
begin
    perform ledger_hold_gate();
    select asked.path into unfit from unnest(paths) as asked(path)
    where not exists (select from ledger_account account where account.path = asked.path)
    order by asked.path collate "C" limit 1;
    if found then
        perform ledger_refuse('ledger_transfer_account_known', 'There is no account of this path.',
            jsonb_build_object('account', unfit));
    end if;

    select account.path into unfit
    from ledger_account account
    cross join lateral (
        select coalesce(sum(moved), 0) as posted, bool_or(is_open) as is_awaited from (
            select case when phase in ('posted', 'post') then -amount else 0 end as moved,
                phase = 'pending' and not exists (
                    select from ledger_transfer resolution where resolution.resolves_id = transfer.id
                ) as is_open
            from ledger_transfer transfer where source_id = account.id
            union all
            select case when phase in ('posted', 'post') then amount else 0 end,
                phase = 'pending' and not exists (
                    select from ledger_transfer resolution where resolution.resolves_id = transfer.id
                )
            from ledger_transfer transfer where target_id = account.id
        ) as effect
    ) as total
    where account.path = any(paths) and (total.posted <> 0 or total.is_awaited)
    order by account.path limit 1;
    if found then
        perform ledger_refuse('ledger_account_closed_empty',
            'The account still holds or awaits something.', jsonb_build_object('account', unfit));
    end if;
    update ledger_account set closed_at = clock_timestamp()
    where path = any(paths) and closed_at is null;
    update ledger_accountbalance set is_closed = true where path = any(paths) and not is_closed;
end $$;
