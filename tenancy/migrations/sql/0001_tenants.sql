-- What the session's settings say, for the policies of all guarded tables. Each is called once per query.
-- Unset, empty or anything else than what is written here: nobody, who sees nothing.

-- Whether the session works for the reserve and sees every firm.
create function tenancy_is_reserve() returns boolean
language sql stable parallel safe set search_path = pg_catalog, pg_temp
return coalesce(current_setting('strongroom.firm', true), '') = '*';

-- The firms that the session works for.
create function tenancy_firms() returns uuid[]
language sql stable parallel safe set search_path = pg_catalog, pg_temp
return case
    when coalesce(current_setting('strongroom.firm', true), '') in ('', '*') then '{}'::uuid[]
    else string_to_array(current_setting('strongroom.firm', true), ',')::uuid[]
end;

-- The user that the session works for.
create function tenancy_person() returns uuid
language sql stable parallel safe set search_path = pg_catalog, pg_temp
return nullif(current_setting('strongroom.person', true), '')::uuid;
