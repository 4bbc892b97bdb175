-- The service reads every table and writes through the functions alone: it can neither change nor
-- delete what is posted, nor touch a balance, nor insert past the functions.
revoke insert, update, delete, truncate, references, trigger
    on ledger_book, ledger_account, ledger_accountbalance, ledger_closedperiod, ledger_journal, ledger_transfer
    from strongroom_service;
grant insert (code, unit) on ledger_book to strongroom_service;
revoke usage, select, update
    on sequence ledger_account_number, ledger_closedperiod_id_seq, ledger_journal_id_seq
    from strongroom_service;

do $$
declare
    routine regprocedure;
begin
    for routine in
        select oid::regprocedure from pg_proc
        where pronamespace = 'public'::regnamespace and starts_with(proname, 'ledger_')
    loop
        execute format('revoke all on function %s from public', routine);
    end loop;
    for routine in
        select oid::regprocedure from pg_proc
        where pronamespace = 'public'::regnamespace
            and proname in ('ledger_open_accounts', 'ledger_close_accounts', 'ledger_close_period',
                'ledger_post_journals', 'ledger_post_transfer')
    loop
        execute format('grant execute on function %s to strongroom_service', routine);
    end loop;
end $$;
