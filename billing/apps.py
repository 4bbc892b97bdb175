from django.apps import AppConfig


class BillingConfig(AppConfig):
    """The billing app."""

    name = "billing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the steps that need a second person, and the cross-checks of the ledger."""
        from billing.services import fee_runs, rate_cards
        from billing.verification import register_checks
        from governance.approvals import register_action

        register_action(action=rate_cards.ACTION, apply=rate_cards.apply_rate_card)
        register_action(action=fee_runs.ACTION, apply=fee_runs.apply_finalisation)
        register_checks()
