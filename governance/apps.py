from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """The governance app."""

    name = "governance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the step that governance itself owns."""
        from governance.approvals import register_action
        from governance.services.policies import ACTION, apply_policy_version

        register_action(action=ACTION, apply=apply_policy_version)
