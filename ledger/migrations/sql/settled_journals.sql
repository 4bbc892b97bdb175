-- The last number given to a journal, whether or not its transaction has ended; zero before the first.
-- The service may not use the sequence itself.
create function ledger_last_journal_id() returns bigint
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select case when is_called then last_value else 0 end from ledger_journal_id_seq
$$;

-- The transactions of others that have passed the gate and not ended (gate.sql). Whoever posts holds the
-- gate before it numbers a journal, and until everybody can see what it posted.
create function ledger_posting_transactions() returns text[]
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(virtualtransaction), '{}') from pg_locks
    where locktype = 'advisory' and objsubid = 1 and granted
        and database = (select oid from pg_database where datname = current_database())
        and (classid::bigint << 32 | objid::bigint) = ledger_gate()
        and pid is distinct from pg_backend_pid()
$$;

do $$
declare
    routine text;
begin
    foreach routine in array array['ledger_last_journal_id()', 'ledger_posting_transactions()'] loop
        execute format('revoke all on function %s from public', routine);
        execute format('grant execute on function %s to strongroom_service', routine);
    end loop;
end $$;
