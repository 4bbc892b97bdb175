-- Whose an account is: the second part of its path names its holder. The ledger knows no more of holders.

-- Of these accounts, those that the session may see; all for the reserve.
create function ledger_own_accounts(asked_accounts bigint[]) returns bigint[]
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
    if tenancy_is_reserve() then
        return asked_accounts;
    end if;
    return array(
        select id from ledger_account where id = any(asked_accounts)
            and split_part(path, '/', 2) = any((select tenancy_firms())::text[])
    );
end $$;

-- Whether the session may see the account at this path.
create function ledger_is_own_path(asked_path text) returns boolean
language sql stable parallel safe set search_path = pg_catalog, public, pg_temp
return tenancy_is_reserve() or split_part(asked_path, '/', 2) = any(tenancy_firms()::text[]);

revoke all on function ledger_own_accounts, ledger_is_own_path from public;
