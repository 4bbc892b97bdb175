"""What the database holds about second persons: the decision is another person's."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "0005_second_person.sql").read_text()
UNDO = """
alter table governance_proposal drop constraint governance_proposal_other_person;
alter table governance_proposal drop constraint governance_proposal_decision_names_person;
"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0004_persons_and_delegation")]
    operations = [migrations.RunSQL(SQL, UNDO)]
