-- A final invoice and its lines never change and never go away; a draft may be thrown away with its run.
create function billing_refuse_change_of_final_invoice() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
    if old.state = 'final' then
        raise exception using
            errcode = 'check_violation', constraint = 'billing_invoice_final_unchanged',
            message = 'A final invoice never changes.',
            detail = jsonb_build_object('invoice', old.id)::text;
    end if;
    return case tg_op when 'DELETE' then old else new end;
end $$;

create trigger billing_invoice_final_unchanged
    before update or delete on billing_invoice
    for each row execute function billing_refuse_change_of_final_invoice();

-- Once per statement over the rows it touched, so that a thousand lines cost one look.
create function billing_refuse_change_of_final_lines() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
    final_invoice uuid;
begin
    select invoice.id into final_invoice
    from touched join billing_invoice invoice on invoice.id = touched.invoice_id
    where invoice.state = 'final' limit 1;
    if found then
        raise exception using
            errcode = 'check_violation', constraint = 'billing_invoiceline_final_unchanged',
            message = 'The lines of a final invoice never change.',
            detail = jsonb_build_object('invoice', final_invoice)::text;
    end if;
    return null;
end $$;

create trigger billing_invoiceline_final_not_added
    after insert on billing_invoiceline referencing new table as touched
    for each statement execute function billing_refuse_change_of_final_lines();

create trigger billing_invoiceline_final_not_removed
    after delete on billing_invoiceline referencing old table as touched
    for each statement execute function billing_refuse_change_of_final_lines();

-- Lines are written once and never updated, draft or final; nor may a table be emptied past the triggers.
revoke update on billing_invoiceline from strongroom_service;
revoke truncate on billing_invoice, billing_invoiceline, billing_invoiceseries, billing_feerun,
    billing_feerunfirm, billing_feerunexception, billing_ratecard from strongroom_service;

-- A run, its scope, a series of numbers and a rate card are never deleted.
revoke delete on billing_feerun, billing_feerunfirm, billing_invoiceseries, billing_ratecard from strongroom_service;

-- What a rate card says is frozen: the service may approve it and end it.
revoke update on billing_ratecard from strongroom_service;
grant update (state, approved_by_id, approved_at, ends_on) on billing_ratecard to strongroom_service;
