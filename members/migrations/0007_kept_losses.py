"""Losses and assays that the service may add to but never change."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "0007_kept_losses.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("members", "0006_lots_after_acceptance")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
