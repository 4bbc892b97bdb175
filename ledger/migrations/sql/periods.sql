-- Close everything before an instant, for good.
create function ledger_close_period(asked_until timestamptz, reason text) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    standing timestamptz;
    moment timestamptz;
begin
    perform ledger_hold_gate();
    standing := max(closed_until) from ledger_closedperiod;
    moment := clock_timestamp();
    if asked_until > moment then
        perform ledger_refuse('ledger_closedperiod_in_the_past', 'What is still to come cannot be closed.',
            jsonb_build_object('now', moment));
    end if;
    if asked_until <= standing then
        perform ledger_refuse('ledger_closedperiod_later', 'The ledger is closed until then or later.',
            jsonb_build_object('closed_until', standing));
    end if;
    insert into ledger_closedperiod (closed_until, closed_at, reason) values (asked_until, moment, reason);
end $$;
