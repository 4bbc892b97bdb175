-- Seals: blocks of decided journals, each with the hash of its content and of the block before.

-- Seal the next journals up to `settled`, at most `most_journals`: how many there were; none makes no
-- seal. `settled` is a number up to which every journal is decided (ledger/selectors/settled_journals.py):
-- numbers come from a sequence, so a transaction with a lower number may commit after one with a higher,
-- and sealing up to the highest number seen would leave it a gap to slip into. The service may call this
-- and nothing else: it can seal no other rows than there are, leave none out, and begin no second chain.
create function ledger_seal_next(settled bigint, most_journals integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    previous ledger_seal;
    fresh ledger_seal;
    until bigint := least(settled, ledger_last_journal_id());
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'journals are sealed in read committed only: an older snapshot misses some';
    end if;
    lock table ledger_seal in share row exclusive mode;
    select * into previous from ledger_seal order by number desc limit 1;
    fresh.number := coalesce(previous.number, 0) + 1;
    fresh.first_journal := coalesce(previous.last_journal, 0) + 1;
    fresh.previous_hash := coalesce(previous.hash, decode(repeat('00', 32), 'hex'));
    fresh.version := 1;
    fresh.sealed_at := clock_timestamp();
    select count(*), max(id), string_agg(int8send(id), ''::bytea order by id),
        string_agg(ledger_seal_leaf(id, recorded_at, fingerprint_version::integer, fingerprint), ''::bytea
            order by id)
    into fresh.journal_count, fresh.last_journal, fresh.journal_ids, fresh.leaf_hashes
    from (
        select id, recorded_at, fingerprint_version, fingerprint from ledger_journal
        where id >= fresh.first_journal and id <= until order by id limit most_journals
    ) as journal;
    if fresh.journal_count = 0 then
        return 0;
    end if;
    if fresh.journal_count < most_journals then
        fresh.last_journal := until;
    end if;
    fresh.root := ledger_merkle_root(fresh.leaf_hashes);
    fresh.hash := ledger_seal_hash(fresh.number, fresh.first_journal, fresh.last_journal,
        fresh.journal_count, fresh.root, fresh.previous_hash, fresh.sealed_at);
    insert into ledger_seal select fresh.*;
    return fresh.journal_count;
end $$;

-- A seal goes on where the one before it ends, whoever inserts it.
create function ledger_check_seal() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    previous ledger_seal;
begin
    select * into previous from ledger_seal order by number desc limit 1;
    if (new.number, new.first_journal, new.previous_hash) is distinct from (
        coalesce(previous.number, 0) + 1, coalesce(previous.last_journal, 0) + 1,
        coalesce(previous.hash, decode(repeat('00', 32), 'hex'))
    ) then
        perform ledger_refuse('ledger_seal_goes_on', 'A seal goes on where the last one ends.',
            jsonb_build_object('seal', new.number));
    end if;
    if new.hash is distinct from ledger_seal_hash(new.number, new.first_journal, new.last_journal,
        new.journal_count, new.root, new.previous_hash, new.sealed_at)
    then
        perform ledger_refuse('ledger_seal_hash_of_header', 'The hash is not that of the header.',
            jsonb_build_object('seal', new.number));
    end if;
    return new;
end $$;

create trigger ledger_seal_check before insert on ledger_seal for each row
    execute function ledger_check_seal();

-- Hashes cannot be compressed, so it is not tried.
alter table ledger_seal alter column leaf_hashes set storage external;

revoke insert, update, delete, truncate, references, trigger on ledger_seal from strongroom_service;
revoke update, delete, truncate, references, trigger on ledger_verification, ledger_alarm, ledger_alarmend
    from strongroom_service;

do $$
declare
    routine record;
begin
    for routine in
        select oid::regprocedure as signature, proname from pg_proc
        where pronamespace = 'public'::regnamespace and proname in (
            'ledger_bytes_of_text', 'ledger_bytes_of_number', 'ledger_bytes_of_time', 'ledger_bytes_of_day',
            'ledger_seal_leaf', 'ledger_merkle_root', 'ledger_seal_hash',
            'ledger_seal_next', 'ledger_check_seal'
        )
    loop
        execute format('revoke all on function %s from public', routine.signature);
        if routine.proname <> 'ledger_check_seal' then
            execute format('grant execute on function %s to strongroom_service', routine.signature);
        end if;
    end loop;
end $$;
