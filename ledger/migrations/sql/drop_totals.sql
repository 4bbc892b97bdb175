-- Undo what the SQL files of the running totals made; the tables go with the migration.
drop function ledger_cell_width, ledger_entries, ledger_effects, ledger_roll_up, ledger_changes_since,
    ledger_tail, ledger_balances_now, ledger_balance_now, ledger_sums_before, ledger_sums_known,
    ledger_sums, ledger_balance_before;
