"""Transfers of rights that the service may add to but never change."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "0005_kept_transfers.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("members", "0004_rights_transfers")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
