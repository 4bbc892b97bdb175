from django.apps import AppConfig


class MembersConfig(AppConfig):
    """The members app."""

    name = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the steps that need a second person, and the cross-checks of the ledger."""
        from governance.approvals import register_action
        from members.services import activation, lot_stops, rights_transfers, stock_counts, stock_losses
        from members.verification import register_checks

        register_action(action=activation.ACTION, apply=activation.apply_activation)
        register_action(
            action=rights_transfers.ACTION,
            apply=rights_transfers.apply_rights_transfer,
            state_of=rights_transfers.commitment_as_it_stands,
        )
        register_action(
            action=lot_stops.ACTION, apply=lot_stops.apply_lot_release, state_of=lot_stops.lot_as_it_stands
        )
        register_action(
            action=stock_losses.WRITE_OFF_LOT,
            apply=stock_losses.apply_lot_write_off,
            state_of=lot_stops.lot_as_it_stands,
        )
        register_action(action=stock_losses.WRITE_OFF_MOVE, apply=stock_losses.apply_move_write_off)
        register_action(
            action=stock_counts.ACTION,
            apply=stock_counts.apply_stock_adjustment,
            state_of=stock_counts.count_as_it_stands,
        )
        register_checks()
