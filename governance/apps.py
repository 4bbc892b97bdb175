from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """The governance app."""

    name = "governance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the step that governance itself owns."""
        from governance.actions import register_action
        from governance.services.policies import ACTION, apply_policy_version, latest_policy_state

        register_action(action=ACTION, apply=apply_policy_version, state_of=latest_policy_state)
