"""Records that the service may add to but never change."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "0003_kept_history.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("reserve", "0002_number_series")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
