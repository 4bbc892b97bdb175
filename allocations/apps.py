from django.apps import AppConfig


class AllocationsConfig(AppConfig):
    """The allocations app."""

    name = "allocations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the steps that need a second person, and the cross-checks of the ledger."""
        from allocations.services import disruptions, round_voids, settlements
        from allocations.verification import register_checks
        from governance.approvals import register_action

        register_action(action=disruptions.DECLARE, apply=disruptions.apply_declaration)
        register_action(action=disruptions.END, apply=disruptions.apply_end)
        register_action(action=settlements.ACTION, apply=settlements.apply_settlement)
        register_action(action=round_voids.ACTION, apply=round_voids.apply_void)
        register_checks()
