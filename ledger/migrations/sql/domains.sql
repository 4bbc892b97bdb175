-- What a column of these types can never hold, whoever writes: ledger/models/domains.py says why a type.
create domain ledger_amount as bigint
    constraint ledger_transfer_amount_positive check (value > 0);
create domain ledger_available as bigint
    constraint ledger_accountbalance_never_below_zero check (value >= 0);
create domain ledger_headroom as bigint
    constraint ledger_accountbalance_within_limit check (value >= 0);
create domain ledger_pending as bigint
    constraint ledger_accountbalance_pending_positive check (value >= 0);
create domain ledger_month as date
    constraint ledger_journal_adjusts_whole_month check (extract(day from value) = 1);
