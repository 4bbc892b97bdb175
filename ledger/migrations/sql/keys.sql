-- Keys between the tables. Composite, so that both accounts of a transfer are certainly in its book,
-- and checked at the end of each statement, so that a refusal comes where it was caused.
alter table ledger_transfer
    add constraint ledger_transfer_journal_exists
        foreign key (journal_id) references ledger_journal (id),
    add constraint ledger_transfer_source_in_book
        foreign key (source_id, book_id) references ledger_account (id, book_id),
    add constraint ledger_transfer_target_in_book
        foreign key (target_id, book_id) references ledger_account (id, book_id),
    add constraint ledger_transfer_resolves_pending
        foreign key (resolves_id) references ledger_transfer (id);
alter table ledger_journal
    add constraint ledger_journal_reverses_known
        foreign key (reverses_id) references ledger_journal (id);

-- Balance rows are rewritten all the time: room on the page keeps the new version beside the old one.
alter table ledger_accountbalance set (fillfactor = 50);
