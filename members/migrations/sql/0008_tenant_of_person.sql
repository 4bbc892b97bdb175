-- Lets the session work for a person: the reserve if the person is of its staff (as
-- members.selectors.sees_all_firms says it), else the person's own firms, or nobody.
-- It looks behind the policies, for before it nobody is known who could see anything.
create function tenancy_work_for_person(asked_user uuid) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    staff constant text[] := array['administrator', 'approver', 'finance', 'auditor', 'system'];
    is_staff boolean := exists (
        select from governance_user account
        where account.id = asked_user and (account.is_active or account.username = 'system') and (
            exists (
                select from governance_roleassignment own where own.user_id = asked_user and own.role = any(staff)
            ) or exists (
                select from governance_roledelegation lent
                join governance_roleassignment giver on giver.user_id = lent.delegated_by_id
                    and giver.role = lent.role
                join governance_user giving on giving.id = lent.delegated_by_id and giving.is_active
                where lent.user_id = asked_user and lent.role = any(staff) and lent.ends_at > now()
            )
        )
    );
begin
    perform set_config('strongroom.person', asked_user::text, false);
    perform set_config('strongroom.firm', case
        when is_staff then '*'
        else coalesce((
            select string_agg(firm_id::text, ',' order by firm_id) from members_firmuser where user_id = asked_user
        ), '')
    end, false);
end $$;
