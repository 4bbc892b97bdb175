from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    """The reference app."""

    name = "reference"
    default_auto_field = "django.db.models.BigAutoField"
