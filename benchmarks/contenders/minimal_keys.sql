-- The foreign keys that most who write such tables by hand would add.
alter table transfer
    add constraint transfer_source_known foreign key (source_id) references account (id),
    add constraint transfer_target_known foreign key (target_id) references account (id);
alter table entry
    add constraint entry_account_known foreign key (account_id) references account (id),
    add constraint entry_transfer_known foreign key (transfer_id) references transfer (id);
