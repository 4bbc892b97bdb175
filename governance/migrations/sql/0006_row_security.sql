-- For whom a session acts is said by three settings that tenancy/ makes. Where nothing was set, nothing is seen.
-- The policies ask these functions in sub-selects, so that PostgreSQL calls each once per statement, not per row.
create function governance_acts_for_reserve() returns boolean language sql stable parallel safe
    return coalesce(current_setting('strongroom.acts_for', true) = 'reserve', false);

create function governance_firms() returns uuid[] language sql stable parallel safe
    return case when current_setting('strongroom.acts_for', true) = 'firms'
        then coalesce(nullif(current_setting('strongroom.firms', true), '')::uuid[], '{}') else '{}'::uuid[] end;

create function governance_user() returns uuid language sql stable parallel safe
    return nullif(current_setting('strongroom.user', true), '')::uuid;

-- Guards a table: its rows are there for who acts for the reserve, and for others where `visible` holds.
-- `force`: the owner of the tables is no exception, so a query by mistake under that login finds nothing either.
create function governance_guard_rows(guarded regclass, visible text default 'false') returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    execute format('alter table %s enable row level security', guarded);
    execute format('alter table %s force row level security', guarded);
    execute format(
        'create policy rows_of_who_acts on %s using ((select public.governance_acts_for_reserve()) or (%s))',
        guarded, visible
    );
end $$;

create function governance_unguard_rows(guarded regclass) returns void
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    execute format('drop policy rows_of_who_acts on %s', guarded);
    execute format('alter table %s no force row level security', guarded);
    execute format('alter table %s disable row level security', guarded);
end $$;

revoke all on function governance_guard_rows(regclass, text), governance_unguard_rows(regclass) from public;

-- Proposals tell about firms. Jobs may be run with sight of one firm; messages and results may name any.
select governance_guard_rows('governance_proposal');
select governance_guard_rows('jobs_job', 'firm_id = any ((select public.governance_firms())::uuid[])');
select governance_guard_rows('jobs_jobattempt', 'exists (select from public.jobs_job job where job.id = job_id)');
select governance_guard_rows('jobs_outboxevent');
select governance_guard_rows('jobs_schedule');
select governance_guard_rows('jobs_scheduletick');
