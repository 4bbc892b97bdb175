-- The hand-written minimum: a balance and a version per account, one transfer row, two entry rows that
-- carry balance and version after the transfer. No idempotency, no limits, no pending amounts, no times.
create table account (
    id bigint primary key,
    balance bigint not null default 0,
    version bigint not null default 0,
    is_negative_allowed boolean not null,
    constraint account_never_below_zero check (balance >= 0 or is_negative_allowed)
) with (fillfactor = 50);

create table transfer (
    id bigint generated always as identity primary key,
    source_id bigint not null,
    target_id bigint not null,
    amount bigint not null,
    created_at timestamptz not null default now()
);

create table entry (
    account_id bigint not null,
    version bigint not null,
    transfer_id bigint not null,
    amount bigint not null,
    balance_after bigint not null,
    primary key (account_id, version)
);

-- One transfer in one round trip. The account of the smaller number is locked first, so that two
-- transfers never wait for one another in a circle.
create function transfer_one(from_account bigint, to_account bigint, moved bigint) returns bigint
language plpgsql as $$
declare
    new_id bigint;
    source_balance bigint;
    source_version bigint;
    target_balance bigint;
    target_version bigint;
begin
    if from_account < to_account then
        update account set balance = balance - moved, version = version + 1 where id = from_account
            returning balance, version into strict source_balance, source_version;
        update account set balance = balance + moved, version = version + 1 where id = to_account
            returning balance, version into strict target_balance, target_version;
    else
        update account set balance = balance + moved, version = version + 1 where id = to_account
            returning balance, version into strict target_balance, target_version;
        update account set balance = balance - moved, version = version + 1 where id = from_account
            returning balance, version into strict source_balance, source_version;
    end if;
    insert into transfer (source_id, target_id, amount) values (from_account, to_account, moved)
        returning id into new_id;
    insert into entry (account_id, version, transfer_id, amount, balance_after) values
        (from_account, source_version, new_id, -moved, source_balance),
        (to_account, target_version, new_id, moved, target_balance);
    return new_id;
end $$;

-- Many transfers in one call: every entry gets the balance and version it would have had one by one.
create function transfer_many(sources bigint[], targets bigint[], amounts bigint[]) returns bigint
language plpgsql as $$
declare
    written bigint;
begin
    perform from account where id in (select unnest(sources) union select unnest(targets))
        order by id for no key update;
    with asked as (
        select nextval(pg_get_serial_sequence('transfer', 'id')) as id, source, target, amount
        from unnest(sources, targets, amounts) as given(source, target, amount)
    ), written_transfers as (
        insert into transfer (id, source_id, target_id, amount) overriding system value
        select id, source, target, amount from asked
    ), effects as (
        select id, source as account_id, -amount as moved from asked
        union all
        select id, target, amount from asked
    ), running as (
        select id, account_id, moved,
            sum(moved) over by_transfer as balance_change, row_number() over by_transfer as version_change
        from effects
        window by_transfer as (partition by account_id order by id rows unbounded preceding)
    ), written_entries as (
        insert into entry (account_id, version, transfer_id, amount, balance_after)
        select running.account_id, account.version + running.version_change, running.id, running.moved,
            account.balance + running.balance_change
        from running join account on account.id = running.account_id
    ), totals as (
        select account_id, sum(moved) as moved, count(*) as moves from effects group by account_id
    )
    update account set balance = balance + totals.moved, version = version + totals.moves
    from totals where account.id = totals.account_id;
    get diagnostics written = row_count;
    return written;
end $$;
