from django.apps import AppConfig


class ConfigurationConfig(AppConfig):
    """Settings and the checks of them."""

    name = "config"

    def ready(self) -> None:
        """Register the system checks."""
        from config import checks  # noqa: F401
