"""The user that jobs act as, and policy version 1: the documented defaults, written out."""

import uuid
from datetime import UTC, datetime

from django.db import migrations

DEFAULTS = {
    "target_days": 60,
    "upfront_fee_basis_points": 50,
    "drawdown_cap_percent": "50",
    "replenishment_days": 90,
    "deferral_premium_percent": "0.5",
    "attribution": "pro_rata_unfilled",
    "rationing_rule": "position_first",
    "rounding": "sainte_lague",
    "minimum_policy": "drop_and_recompute",
    "rebuy": "once",
    "carrying_basis": "fixed_price",
    "loan_rate_percent": "4.80",
    "day_count": "ACT/360",
    "lender_premium_percent": "0",
    "jump_exception_percent": "25",
    "lot_weight_tolerance_percent": "0.5",
    "lot_assay_tolerance_percent": "0.5",
    "proposal_expiry_days": 14,
    "award_withdrawal_working_days": 3,
    "invoice_issue_business_day": 9,
    "invoice_due_day": 25,
}

ORIGIN = (
    "Defaults of the program. The terms of the reserve have not been published; these values are "
    "starting points taken from the design of Strongroom and are changed by a new version."
)


def seed(apps, schema_editor):
    alias = schema_editor.connection.alias
    user = apps.get_model("governance", "User")
    assignment = apps.get_model("governance", "RoleAssignment")
    version = apps.get_model("governance", "PolicyVersion")
    now = datetime.now(UTC)
    system = user.objects.using(alias).create(
        username="system", first_name="System", password="!" + uuid.uuid4().hex, is_active=False
    )
    assignment.objects.using(alias).create(user=system, role="system", granted_by=system, granted_at=now)
    version.objects.using(alias).create(
        number=1,
        effective_from=datetime(2000, 1, 1, tzinfo=UTC),
        values=DEFAULTS,
        origin=ORIGIN,
        recorded_at=now,
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop, elidable=False)]
