"""Row-level security of the app's tables."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "0003_row_security.sql").read_text()
TABLES = """
allocations_drawdown allocations_roundrequest allocations_award allocations_drawdowntransition
allocations_replenishment allocations_round allocations_roundmaterial
""".split()
UNDO = "\n".join(f"select governance_unguard_rows('{table}');" for table in TABLES) + """

"""


class Migration(migrations.Migration):
    dependencies = [("allocations", "0002_service_privileges"), ("governance", "0006_row_security")]
    operations = [migrations.RunSQL(SQL, UNDO)]
