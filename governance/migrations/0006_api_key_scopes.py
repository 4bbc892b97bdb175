"""Scopes, rotation and revocation of API keys. Keys made before could do what their holders may: they still can."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = (Path(__file__).parent / "sql" / "0006_api_key_privileges.sql").read_text()
UNDO = """
revoke update (last_used_at, replaced_by_id, overlap_ends_at, revoked_at, revoked_by_id) on governance_apikey
    from strongroom_service;
grant update on governance_apikey to strongroom_service;
"""
OLD_KEYS = """update governance_apikey set scopes = '["all:write"]' where scopes = '[]'"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0005_second_person")]
    operations = [
        migrations.AddField(
            model_name="apikey",
            name="scopes",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="apikey",
            name="overlap_ends_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="apikey",
            name="replaced_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="governance.apikey",
            ),
        ),
        migrations.AddField(
            model_name="apikey",
            name="revoked_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(OLD_KEYS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(("scopes", models.Value([], models.JSONField())), _negated=True),
                name="governance_apikey_has_scopes",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("overlap_ends_at__isnull", True), ("replaced_by__isnull", False), _connector="OR"
                ),
                name="governance_apikey_overlap_has_successor",
            ),
        ),
        migrations.RunSQL(SQL, UNDO),
    ]
