from django.apps import AppConfig


class MembersConfig(AppConfig):
    """The members app."""

    name = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the steps that need a second person, and the cross-checks of the ledger."""
        from governance.approvals import register_action
        from members.services import activation, rights_transfers
        from members.verification import register_checks

        register_action(action=activation.ACTION, apply=activation.apply_activation)
        register_action(
            action=rights_transfers.ACTION,
            apply=rights_transfers.apply_rights_transfer,
            state_of=rights_transfers.commitment_as_it_stands,
        )
        register_checks()
