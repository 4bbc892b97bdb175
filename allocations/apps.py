from django.apps import AppConfig


class AllocationsConfig(AppConfig):
    """The allocations app."""

    name = "allocations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the steps of a second person, the cross-checks, and what stops a transfer of rights."""
        from allocations.selectors import transfer_obstacles
        from allocations.services import disruptions, round_voids, settlements
        from allocations.verification import register_checks
        from governance.approvals import register_action
        from members.obstacles import register_transfer_obstacle

        register_action(action=disruptions.DECLARE, apply=disruptions.apply_declaration)
        register_action(action=disruptions.END, apply=disruptions.apply_end)
        register_action(action=settlements.ACTION, apply=settlements.apply_settlement)
        register_action(action=round_voids.ACTION, apply=round_voids.apply_void)
        register_transfer_obstacle(
            name="disruption_open", firms_in_the_way=transfer_obstacles.firms_in_disruption
        )
        register_transfer_obstacle(
            name="replenishment_overdue", firms_in_the_way=transfer_obstacles.firms_overdue
        )
        register_checks()
