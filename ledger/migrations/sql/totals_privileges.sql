-- The service reads the totals and has them rolled up; it changes none of them itself.
insert into ledger_rollup (id, journal_id) values (1, 0);

revoke insert, update, delete, truncate, references, trigger
    on ledger_rollup, ledger_accounttotal, ledger_accountcell, ledger_untimelyentry from strongroom_service;

do $$
declare
    routine text;
begin
    foreach routine in array array[
        'ledger_last_journal_id()',
        'ledger_posting_transactions()',
        'ledger_cell_width(integer)',
        'ledger_entries(bigint, timestamptz, timestamptz, bigint)',
        'ledger_effects(bigint, bigint)',
        'ledger_roll_up(bigint, integer)',
        'ledger_changes_since(bigint[], bigint, timestamptz, timestamptz, boolean)',
        'ledger_tail(bigint[])',
        'ledger_balances_now(bigint[])',
        'ledger_balance_now(text)',
        'ledger_sums_before(bigint[], timestamptz, timestamptz, timestamptz)',
        'ledger_sums_known(bigint[], timestamptz, timestamptz)',
        'ledger_sums(bigint[], timestamptz, timestamptz)',
        'ledger_balance_before(text, timestamptz, timestamptz)'
    ] loop
        execute format('revoke all on function %s from public', routine);
        execute format('grant execute on function %s to strongroom_service', routine);
    end loop;
end $$;
