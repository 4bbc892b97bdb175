-- Undo what the SQL files of this migration made.
drop trigger ledger_seal_check on ledger_seal;

do $$
declare
    routine regprocedure;
begin
    for routine in
        select oid::regprocedure from pg_proc
        where pronamespace = 'public'::regnamespace and (
            starts_with(proname, 'ledger_bytes_of_') or starts_with(proname, 'ledger_seal_')
            or proname in ('ledger_merkle_root', 'ledger_check_seal')
        )
    loop
        execute format('drop function %s', routine);
    end loop;
end $$;
