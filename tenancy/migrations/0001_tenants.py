"""What the policies of guarded tables ask: for whom the session works."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "0001_tenants.sql").read_text(encoding="utf-8")
REVERSE = "drop function tenancy_person(); drop function tenancy_firms(); drop function tenancy_is_reserve()"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(SQL, REVERSE)]
