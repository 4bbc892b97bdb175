from django.apps import AppConfig


class AllocationsConfig(AppConfig):
    """The allocations app."""

    name = "allocations"
    default_auto_field = "django.db.models.BigAutoField"
