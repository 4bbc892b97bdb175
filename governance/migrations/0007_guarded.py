"""Proposals hold firms' figures: besides the reserve only who proposed sees one."""

from django.db import migrations

from tenancy.guards import by_person, guarded


class Migration(migrations.Migration):
    dependencies = [("governance", "0006_api_key_scopes"), ("tenancy", "0001_tenants")]
    operations = [guarded(by_person("governance_proposal", "proposed_by_id"))]
