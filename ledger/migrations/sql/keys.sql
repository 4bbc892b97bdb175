-- Numbers of accounts within their book; each stands in the lowest 32 bits of an account's id.
create sequence ledger_account_number as bigint maxvalue 4294967295;

-- Balance rows are rewritten all the time: room on the page keeps the new version beside the old one.
alter table ledger_accountbalance set (fillfactor = 50);
