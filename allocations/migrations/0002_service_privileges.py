"""What the service may never do with the tables of the allocations, and what stays frozen in a round."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "0002_service_privileges.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("allocations", "0001_initial")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
