"""The order of entry of commitments."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "0002_commitment_ordinal.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    operations = [migrations.RunSQL(SQL, "drop sequence members_commitment_ordinal;")]
