-- Undo what the SQL files of this migration made: every function, then the sequence.
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
drop sequence ledger_account_number;
