"""Keys, functions, triggers and privileges of the ledger, from the SQL files beside this one."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
FILES = (
    "keys", "refuse", "gate", "accounts", "periods", "effects", "reversals", "posting", "posting_one",
    "privileges",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="\n".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in FILES),
            reverse_sql=(SQL / "drop.sql").read_text(encoding="utf-8"),
        )
    ]
