"""Row-level security: the functions every policy asks, and the policies of governance and jobs."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "0006_row_security.sql").read_text()
TABLES = (
    "governance_proposal", "jobs_job", "jobs_jobattempt", "jobs_outboxevent", "jobs_schedule", "jobs_scheduletick",
)
UNDO = "\n".join(f"select governance_unguard_rows('{table}');" for table in TABLES) + """
drop function governance_guard_rows(regclass, text);
drop function governance_unguard_rows(regclass);
drop function governance_acts_for_reserve();
drop function governance_firms();
drop function governance_user();
"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0005_second_person"), ("jobs", "0002_firm_of_a_job")]
    operations = [migrations.RunSQL(SQL, UNDO)]
