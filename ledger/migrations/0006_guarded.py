"""Accounts, what moved on them and what was found wrong with them are guarded, firm by firm."""

from pathlib import Path

from django.db import migrations

from tenancy.guards import by_condition, by_parent, for_the_reserve_alone, guarded

SQL = (Path(__file__).parent / "sql" / "own_accounts.sql").read_text(encoding="utf-8")
REVERSE = "drop function ledger_own_accounts; drop function ledger_is_own_path"
HOLDS_IT = "split_part(path, '/', 2) = any ((select tenancy_firms())::text[])"
MOVES_ON_IT = "exists (select from ledger_account where id in (ledger_transfer.source_id, ledger_transfer.target_id))"
MOVES_SOMETHING = """exists (
    select from ledger_transfer transfer
    where transfer.id > ledger_journal.id << 16 and transfer.id < (ledger_journal.id + 1) << 16
)"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_seals"), ("tenancy", "0001_tenants")]
    operations = [
        migrations.RunSQL(SQL, REVERSE),
        guarded(
            by_condition("ledger_account", HOLDS_IT),
            by_parent("ledger_accountbalance", "account_id", "ledger_account"),
            by_parent("ledger_accounttotal", "account_id", "ledger_account"),
            by_parent("ledger_accountcell", "account_id", "ledger_account"),
            by_parent("ledger_untimelyentry", "account_id", "ledger_account"),
            by_condition("ledger_transfer", MOVES_ON_IT),
            by_condition("ledger_journal", MOVES_SOMETHING),
            for_the_reserve_alone("ledger_verification"),
        ),
    ]
