from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger app."""

    name = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the ledger's own checks part of every verification."""
        from ledger.verification import register_check
        from ledger.verification.fingerprints import INVARIANT, NAME, check_fingerprints
        from ledger.verification.rows import ROW_CHECKS
        from ledger.verification.totals import TOTAL_CHECKS

        for check in (*ROW_CHECKS, *TOTAL_CHECKS):
            register_check(name=check.name, invariant=check.invariant, check=check)
        register_check(name=NAME, invariant=INVARIANT, check=check_fingerprints)
