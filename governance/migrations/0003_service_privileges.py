"""Privileges of the service role on the tables of governance."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "0003_service_privileges.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("governance", "0002_system_user_and_first_policy")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
