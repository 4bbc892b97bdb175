from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger app."""

    name = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the ledger's own checks part of every verification, and say how an alarm is sent."""
        from jobs.transports import register_transport
        from ledger.alarms import deliver_alarm
        from ledger.services.verifications import ALARM_TOPIC
        from ledger.verification.own_checks import register_own_checks

        register_own_checks()
        register_transport(ALARM_TOPIC, deliver_alarm)
