-- The last number given to a journal, whether or not its transaction has ended; zero before the first.
-- The service may not use the sequence itself.
create function ledger_last_journal_id() returns bigint
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
    select case when is_called then last_value else 0 end from ledger_journal_id_seq
$$;
revoke all on function ledger_last_journal_id() from public;
grant execute on function ledger_last_journal_id() to strongroom_service;
