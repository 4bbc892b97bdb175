-- Whether a row belongs to what a fee run knows: it had been committed when the run was started, or it was
-- written earlier in the very transaction that started the run (of which a snapshot says nothing certain).
-- Without a search path of its own, so that the planner puts the body in the place of the call.
create function billing_is_known(
    transaction_id xid8, recorded_at timestamptz, snapshot text, started_in text, known_at timestamptz
) returns boolean
language sql immutable parallel safe as $$
    select case when transaction_id = started_in::xid8 then recorded_at <= known_at
        else pg_visible_in_snapshot(transaction_id, snapshot::pg_snapshot) end
$$;
