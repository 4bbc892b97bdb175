"""What firms ask for, get and bring back is guarded."""

from django.db import migrations

from tenancy.guards import by_firm, by_parent, for_the_reserve_alone, guarded


class Migration(migrations.Migration):
    dependencies = [("allocations", "0002_service_privileges"), ("members", "0008_guarded")]
    operations = [
        guarded(
            by_firm("allocations_drawdown"),
            by_parent("allocations_drawdowntransition", "drawdown_id", "allocations_drawdown"),
            by_parent("allocations_replenishment", "drawdown_id", "allocations_drawdown"),
            by_firm("allocations_roundrequest"),
            by_firm("allocations_award"),
            for_the_reserve_alone("allocations_roundsnapshot"),
            for_the_reserve_alone("allocations_roundmaterial"),
        ),
    ]
