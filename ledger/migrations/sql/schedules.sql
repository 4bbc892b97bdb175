-- What comes back by itself. Whoever operates the service may change the rhythm or switch one off.
insert into jobs_schedule (name, kind, every_seconds, daily_at, payload, enabled) values
    ('ledger.expire_pending', 'ledger.expire_pending', 60, null, '{}', true),
    ('ledger.seal', 'ledger.seal', 15, null, '{}', true),
    ('ledger.verify_new', 'ledger.verify_new', 60, null, '{}', true),
    ('ledger.verify_all', 'ledger.verify_all', null, '03:15', '{}', true);
