"""What firms are charged is guarded."""

from django.db import migrations

from tenancy.guards import by_firm, by_parent, guarded


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_cut_offs"), ("members", "0008_guarded")]
    operations = [
        guarded(
            by_firm("billing_feerunfirm"),
            by_firm("billing_feerunexception"),
            by_firm("billing_invoice"),
            by_parent("billing_invoiceline", "invoice_id", "billing_invoice"),
        ),
    ]
