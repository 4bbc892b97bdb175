-- The service reads the totals and has them rolled up; it changes none of them itself. Of the functions
-- it may execute those it calls; what they are made of is theirs.
revoke insert, update, delete, truncate, references, trigger
    on ledger_rollup, ledger_accounttotal, ledger_accountcell, ledger_untimelyentry from strongroom_service;

revoke all on function ledger_cell_width, ledger_entries, ledger_effects, ledger_roll_up,
    ledger_changes_since, ledger_tail, ledger_balances_now, ledger_balance_now, ledger_sums_before,
    ledger_sums_known, ledger_sums, ledger_balance_before from public;

grant execute on function ledger_roll_up, ledger_balances_now, ledger_balance_now, ledger_sums,
    ledger_balance_before to strongroom_service;
