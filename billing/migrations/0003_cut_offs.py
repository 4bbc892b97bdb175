"""What a fee run knows, as a condition on rows that name their transaction."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "cut_offs.sql").read_text(encoding="utf-8")
UNDO = "drop function billing_is_known(xid8, timestamptz, text, text, timestamptz);"


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_final_invoices")]
    operations = [migrations.RunSQL(SQL, UNDO)]
