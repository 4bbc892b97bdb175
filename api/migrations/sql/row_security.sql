-- An answer that is kept for its key is for the account that asked.
select governance_guard_rows('api_idempotentrequest', 'user_id = (select public.governance_user())');
