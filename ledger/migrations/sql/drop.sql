-- Undo what the SQL files of this migration made: keys, the trigger, then every function of the ledger.
alter table ledger_transfer
    drop constraint ledger_transfer_journal_exists,
    drop constraint ledger_transfer_source_in_book,
    drop constraint ledger_transfer_target_in_book,
    drop constraint ledger_transfer_resolves_pending;
alter table ledger_journal drop constraint ledger_journal_reverses_known;
drop trigger ledger_accountbalance_refuse on ledger_accountbalance;

do $$
declare
    routine regprocedure;
begin
    for routine in
        select oid::regprocedure from pg_proc
        where pronamespace = 'public'::regnamespace and starts_with(proname, 'ledger_')
    loop
        execute format('drop function %s', routine);
    end loop;
end $$;
