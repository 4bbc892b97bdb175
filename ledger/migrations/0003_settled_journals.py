"""What tells up to which number every journal is settled, from the SQL file beside this one."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_posting")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "settled_journals.sql").read_text(encoding="utf-8"),
            reverse_sql="drop function ledger_last_journal_id(); drop function ledger_posting_transactions();",
        )
    ]
