from django.apps import AppConfig


class ReserveConfig(AppConfig):
    """The reserve app."""

    name = "reserve"
    default_auto_field = "django.db.models.BigAutoField"
