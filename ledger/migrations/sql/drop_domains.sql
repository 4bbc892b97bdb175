drop domain ledger_amount, ledger_available, ledger_headroom, ledger_pending, ledger_month;
