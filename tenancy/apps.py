from django.apps import AppConfig


class TenancyConfig(AppConfig):
    """The tenancy app."""

    name = "tenancy"
