from django.apps import AppConfig


class MembersConfig(AppConfig):
    """The members app."""

    name = "members"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the step that needs a second person, and the cross-checks of the ledger."""
        from governance.approvals import register_action
        from members.services.activation import ACTION, apply_activation
        from members.verification import register_checks

        register_action(action=ACTION, apply=apply_activation)
        register_checks()
