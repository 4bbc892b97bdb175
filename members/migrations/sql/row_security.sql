-- Whom somebody acts for has to be known before any row may be seen: this function, run as the owner, tells it.
create function members_firms_of(asked_user uuid) returns uuid[] language sql stable security definer
set search_path = pg_catalog, public, pg_temp as $$
    select coalesce(array_agg(firm_id order by firm_id), '{}') from public.members_firmuser where user_id = asked_user
$$;

select governance_guard_rows('members_firm', 'id = any ((select public.governance_firms())::uuid[])');
select governance_guard_rows(
    'members_affiliategroup',
    'exists (select from public.members_firm firm where firm.affiliate_group_id = members_affiliategroup.id)'
);
select governance_guard_rows(guarded::regclass, 'firm_id = any ((select public.governance_firms())::uuid[])')
from unnest(array[
    'members_firmtransition', 'members_firmuser', 'members_annualuse', 'members_agreement', 'members_commitment',
    'members_attributionline'
]) as guarded;
select governance_guard_rows('members_attributionrun');
create policy rows_for_signing_in on members_firmuser for select to current_user using (true);

-- In the ledger a firm's accounts carry its identifier as the second part of their path.
create function members_firm_of_path(path text) returns uuid language sql immutable parallel safe
    return case when split_part(path, '/', 2) ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        then split_part(path, '/', 2)::uuid end;

-- Besides its own accounts a firm sees what lies in the facilities: a quote is cut off at the stock.
select governance_guard_rows(
    'ledger_account',
    'members_firm_of_path(path) = any ((select public.governance_firms())::uuid[])'
    ' or (starts_with(path, ''custody/'') and (select current_setting(''strongroom.acts_for'', true)) = ''firms'')'
);
select governance_guard_rows(
    'ledger_accountbalance',
    'exists (select from public.ledger_account account where account.id = account_id)'
);
-- A movement between two firms is seen by both, the other's account by neither.
select governance_guard_rows(
    'ledger_transfer',
    'exists (select from public.ledger_account account where account.id in (source_id, target_id)'
    ' and members_firm_of_path(account.path) is not null)'
);
select governance_guard_rows(
    'ledger_journal',
    'exists (select from public.ledger_transfer transfer'
    ' where transfer.id >= ledger_journal.id << 16 and transfer.id < (ledger_journal.id + 1) << 16)'
);
-- The functions that write the ledger run as its owner, and must see every account they lock.
create policy rows_for_posting on ledger_account to current_user using (true);
create policy rows_for_posting on ledger_accountbalance to current_user using (true);
create policy rows_for_posting on ledger_transfer to current_user using (true);
create policy rows_for_posting on ledger_journal to current_user using (true);
