"""Running totals and how far they reach, from the SQL files beside this one."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_posting")]

    operations = [
        migrations.RunSQL(
            sql=(SQL / "settled_journals.sql").read_text(encoding="utf-8"),
            reverse_sql="drop function ledger_last_journal_id();",
        )
    ]
