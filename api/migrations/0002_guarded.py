"""Kept answers repeat what a firm was told: each is seen by who asked."""

from django.db import migrations

from tenancy.guards import by_person, guarded


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial"), ("tenancy", "0001_tenants")]
    operations = [guarded(by_person("api_idempotentrequest"))]
