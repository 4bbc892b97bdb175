"""What belongs to firms is guarded, and a person's firms are found for the session."""

from pathlib import Path

from django.db import migrations

from tenancy.guards import by_condition, by_firm, guarded

SQL = (Path(__file__).parent / "sql" / "0008_tenant_of_person.sql").read_text(encoding="utf-8")
REVERSE = "drop function tenancy_work_for_person"
HAS_OWN_FIRM = "exists (select from members_firm firm where firm.affiliate_group_id = members_affiliategroup.id)"


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0007_kept_losses"),
        ("governance", "0007_guarded"),
        ("tenancy", "0001_tenants"),
    ]
    operations = [
        migrations.RunSQL(SQL, REVERSE),
        guarded(
            by_firm("members_firm", "id"),
            by_firm("members_firmtransition"),
            by_firm("members_firmuser"),
            by_condition("members_affiliategroup", HAS_OWN_FIRM),
            by_firm("members_annualuse"),
            by_firm("members_agreement"),
            by_firm("members_commitment"),
            by_firm("members_attributionline"),
            by_firm("members_positionloss"),
            by_firm("members_rightstransfer", "from_firm_id", "to_firm_id"),
        ),
    ]
