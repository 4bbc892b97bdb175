from django.apps import AppConfig


class ReserveConfig(AppConfig):
    """The reserve app."""

    name = "reserve"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the steps that need a second person, and the cross-checks of the ledger."""
        from governance.approvals import register_action
        from reserve.services import ceilings, funding_rates, tranches
        from reserve.services.allied_countries import ACTION as SET_ALLIES
        from reserve.services.allied_countries import apply_allied_countries
        from reserve.services.lot_acceptance import ACTION, apply_lot_acceptance
        from reserve.services.price_imports import ACTION as IMPORT_PRICES
        from reserve.services.price_imports import apply_price_import
        from reserve.verification import register_checks

        register_action(action=ACTION, apply=apply_lot_acceptance)
        register_action(action=IMPORT_PRICES, apply=apply_price_import)
        register_action(action=SET_ALLIES, apply=apply_allied_countries)
        register_action(action=tranches.ACTION, apply=tranches.apply_tranche)
        register_action(
            action=funding_rates.ACTION,
            apply=funding_rates.apply_funding_rate,
            state_of=funding_rates.funding_rate_state,
        )
        register_action(
            action=ceilings.ACTION, apply=ceilings.apply_funding_ceiling, state_of=ceilings.ceiling_state
        )
        register_checks()
