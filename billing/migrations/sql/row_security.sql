-- A fee run, a series and a rate card hold no firm's figures; who is in a run, and what it came to, does.
select governance_guard_rows('billing_feerunfirm', 'firm_id = any ((select public.governance_firms())::uuid[])');
select governance_guard_rows('billing_feerunexception');
select governance_guard_rows('billing_invoice', 'firm_id = any ((select public.governance_firms())::uuid[])');
select governance_guard_rows(
    'billing_invoiceline', 'exists (select from public.billing_invoice invoice where invoice.id = invoice_id)'
);
