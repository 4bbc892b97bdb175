"""Row-level security of the app's tables."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "row_security.sql").read_text()
TABLES = """
api_idempotentrequest
""".split()
UNDO = "\n".join(f"select governance_unguard_rows('{table}');" for table in TABLES) + """

"""


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial"), ("governance", "0006_row_security")]
    operations = [migrations.RunSQL(SQL, UNDO)]
