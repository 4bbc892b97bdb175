"""Row-level security of the app's tables."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "sql" / "row_security.sql").read_text()
TABLES = """
ledger_journal ledger_transfer ledger_accountbalance ledger_account
members_firm members_affiliategroup members_firmtransition members_firmuser members_annualuse members_agreement
members_commitment members_attributionline members_attributionrun
""".split()
UNDO = "\n".join(f"select governance_unguard_rows('{table}');" for table in TABLES) + """
drop policy rows_for_posting on ledger_account;
drop policy rows_for_posting on ledger_accountbalance;
drop policy rows_for_posting on ledger_transfer;
drop policy rows_for_posting on ledger_journal;
drop function members_firm_of_path(text);
drop policy rows_for_signing_in on members_firmuser;
drop function members_firms_of(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0003_kept_history"), ("governance", "0006_row_security"), ("ledger", "0003_running_totals")]
    operations = [migrations.RunSQL(SQL, UNDO)]
