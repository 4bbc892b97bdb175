-- Posting and closing exclude each other without locking any account: whoever posts holds the gate
-- shared until its transaction ends, whoever closes an account or a period holds it alone. Accounts and
-- periods are looked at only after the gate was passed, so nobody posts past a closing.

-- The number of the advisory lock. It is written out where posting takes it, to save the call.
create function ledger_gate() returns bigint language sql immutable as 'select 7310589221907144';

-- Refuse an isolation level at which a transaction sees the ledger as it was before it passed the gate:
-- it would look at accounts, periods and keys that others have changed since, and post past a closing.
create function ledger_require_read_committed() returns void
language plpgsql as $$
begin
    if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
        perform ledger_refuse('ledger_gate_read_committed',
            'The ledger is written at the isolation level READ COMMITTED only.',
            jsonb_build_object('isolation', current_setting('transaction_isolation')));
    end if;
end $$;

-- Wait until nobody posts any more, and hold off those to come. A transaction that has posted itself is
-- refused: two of them would each wait for the other to end.
create function ledger_hold_gate() returns void
language plpgsql set lock_timeout = '5s' as $$
begin
    perform ledger_require_read_committed();
    if exists (
        select from pg_locks
        where locktype = 'advisory' and pid = pg_backend_pid() and objsubid = 1
            and database = (select oid from pg_database where datname = current_database())
            and (classid::bigint << 32 | objid::bigint) = ledger_gate()
        having bool_or(mode = 'ShareLock') and not bool_or(mode = 'ExclusiveLock')
    ) then
        perform ledger_refuse('ledger_gate_closed_first',
            'A transaction that has posted cannot close anything.', '{}');
    end if;
    perform pg_advisory_xact_lock(ledger_gate());
exception when lock_not_available then
    perform ledger_refuse('ledger_gate_free', 'Somebody was posting all the time.', '{}');
end $$;
