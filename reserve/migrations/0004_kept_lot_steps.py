"""Losses and assays that the service may add to but never change."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "0004_kept_lot_steps.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("reserve", "0003_kept_history")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
