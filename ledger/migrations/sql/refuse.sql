-- Refuse with a constraint's name, a sentence and facts: errors/constraints.py turns them into a refusal.
create function ledger_refuse(constraint_name text, sentence text, facts jsonb) returns void
language plpgsql as $$
begin
    raise exception using
        errcode = 'check_violation', constraint = constraint_name, message = sentence, detail = facts::text;
end $$;
