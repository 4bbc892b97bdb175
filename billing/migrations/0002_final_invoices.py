"""Final invoices never change; what the service role may not touch."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "final_invoices.sql").read_text(encoding="utf-8")
UNDO = """
drop trigger billing_invoice_final_unchanged on billing_invoice;
drop trigger billing_invoiceline_final_not_added on billing_invoiceline;
drop trigger billing_invoiceline_final_not_removed on billing_invoiceline;
drop function billing_refuse_change_of_final_invoice();
drop function billing_refuse_change_of_final_lines();
grant update on billing_invoiceline, billing_ratecard to strongroom_service;
grant delete on billing_feerun, billing_feerunfirm, billing_invoiceseries, billing_ratecard to strongroom_service;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [migrations.RunSQL(SQL, UNDO)]
