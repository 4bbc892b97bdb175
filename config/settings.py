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

# --- Celery and jobs (jobs/) -------------------------------------------------------------------
# A job without a sign of life for this long is taken from its worker and queued again.
STRONGROOM_JOB_LEASE_SECONDS = float(os.environ.get("STRONGROOM_JOB_LEASE_SECONDS", "30"))
# A handler that neither writes a step nor reports progress for this long counts as hung.
STRONGROOM_JOB_SILENCE_SECONDS = float(os.environ.get("STRONGROOM_JOB_SILENCE_SECONDS", "3600"))
STRONGROOM_JOB_BACK_OFF_SECONDS = float(os.environ.get("STRONGROOM_JOB_BACK_OFF_SECONDS", "5"))
STRONGROOM_JOB_BACK_OFF_CAP_SECONDS = 600.0
STRONGROOM_OUTBOX_ATTEMPT_LIMIT = 10
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
    "socket_keepalive": True,
}
CELERY_TASK_DEFAULT_QUEUE = "strongroom"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_CONCURRENCY = int(os.environ.get("STRONGROOM_WORKER_CONCURRENCY", "2"))
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# --- end of Celery and jobs --------------------------------------------------------------------

# --- People, keys and passwords (governance/) ----------------------------------------------------
# Key of the hash that API keys are stored under. Changing it makes every API key useless.
STRONGROOM_API_KEY_HASH_KEY = os.environ.get("STRONGROOM_API_KEY_HASH_KEY") or SECRET_KEY
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}  # type: ignore[assignment]
# --- end of people, keys and passwords -----------------------------------------------------------
