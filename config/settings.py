"""Every setting of Strongroom, read from the environment.

`DATABASE_URL` is the login this process works with: the restricted service role for web, worker
and scheduler. `DATABASE_OWNER_URL` is the owner of the tables and is set only where tables are
made or tests run.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("STRONGROOM_VAR", BASE_DIR / "var"))


def database_from_url(url: str) -> dict[str, Any]:
    """Django's database dictionary for a `postgresql://user:password@host:port/name?option=value` URL."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "strongroom",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DEBUG = os.environ.get("STRONGROOM_DEBUG") == "1"
SECRET_KEY = os.environ.get("STRONGROOM_SECRET_KEY", "")
ALLOWED_HOSTS = os.environ.get("STRONGROOM_ALLOWED_HOSTS", "127.0.0.1,localhost").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "csp",
    "jobs",
    "ledger",
    "governance",
    "reserve",
    "members",
    "billing",
    "allocations",
    "api",
    "web",
    "reference",
]

DATABASES = {"default": database_from_url(os.environ.get("DATABASE_URL", ""))}
if "DATABASE_OWNER_URL" in os.environ:
    DATABASES["owner"] = database_from_url(os.environ["DATABASE_OWNER_URL"])

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")

AUTH_USER_MODEL = "governance.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A day of the reserve is a calendar day in this zone (domain: units).
TIME_ZONE = os.environ.get("STRONGROOM_TIME_ZONE", "America/New_York")
USE_TZ = True
USE_I18N = False
LANGUAGE_CODE = "en-us"

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
STATIC_URL = "static/"
