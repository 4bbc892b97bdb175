"""Django's settings for a peer: its own apps, and the database settings that Strongroom uses as well."""

import os
from typing import Any

from django.conf import settings
from psycopg.conninfo import conninfo_to_dict


def use_settings(*, apps: list[str], **others: Any) -> None:
    """Configure Django in this process. The connection is the one of the environment and stays open."""
    fields = conninfo_to_dict(os.environ["DATABASE_URL"])
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": fields["dbname"],
        "USER": fields["user"],
        "PASSWORD": fields["password"],
        "HOST": fields["host"],
        "PORT": fields["port"],
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", *apps],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        SECRET_KEY="only while the benchmark runs",
        USE_TZ=True,
        **others,
    )
