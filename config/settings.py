"""Every setting of Strongroom, read from the environment.

`DATABASE_URL` is the login this process works with: the restricted service role for web, worker
and scheduler. `DATABASE_OWNER_URL` is the owner of the tables and is set only where tables are
made or tests run. Where neither is given and `make run` is running, its environment is used.
"""

import os
from pathlib import Path

from csp.constants import NONE, SELF

from config.database import database_from_url
from config.installation import Installation, running_environment
from config.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("STRONGROOM_VAR") or BASE_DIR / "var").absolute()
_environment = {**running_environment(Installation(VAR_DIR)), **os.environ}

# Behind HTTPS (ends at a proxy that sets X-Forwarded-Proto) cookies and redirects become strict.
STRONGROOM_HTTPS = _environment.get("STRONGROOM_HTTPS") == "1"
DEBUG = _environment.get("STRONGROOM_DEBUG") == "1"
# No default: `manage.py check` names it when it is missing, and nothing can be signed without it.
SECRET_KEY = _environment.get("STRONGROOM_SECRET_KEY", "")
ALLOWED_HOSTS = _environment.get("STRONGROOM_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [
    origin for origin in _environment.get("STRONGROOM_TRUSTED_ORIGINS", "").split(",") if origin
]

INSTALLED_APPS = [
    "config",
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
    "tenancy",
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

MIDDLEWARE = [
    "governance.middleware.ActingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": database_from_url(_environment.get("DATABASE_URL", ""))}
if "DATABASE_OWNER_URL" in os.environ:
    DATABASES["owner"] = database_from_url(os.environ["DATABASE_OWNER_URL"], name="DATABASE_OWNER_URL")

REDIS_URL = _environment.get("REDIS_URL", "redis://127.0.0.1:6379/0")

AUTH_USER_MODEL = "governance.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A day of the reserve is a calendar day in this zone (domain: units).
TIME_ZONE = os.environ.get("STRONGROOM_TIME_ZONE", "America/New_York")
USE_TZ = True
# A journal that takes effect later than so many days from now is refused.
LEDGER_EFFECTIVE_AHEAD_DAYS = 366
USE_I18N = False
LANGUAGE_CODE = "en-us"

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
STATIC_URL = "static/"
# An image collects these files when it is built; from a checkout they are served as the apps hold them.
STATIC_ROOT = os.environ.get("STRONGROOM_STATIC_ROOT")
WHITENOISE_USE_FINDERS = STATIC_ROOT is None

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = STRONGROOM_HTTPS
SECURE_SSL_REDIRECT = STRONGROOM_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if STRONGROOM_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = STRONGROOM_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if STRONGROOM_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LOGGING = logging_settings(level=_environment.get("STRONGROOM_LOG_LEVEL", "INFO"))
LOGGING_CONFIG = "logging.config.dictConfig"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- Celery and jobs (jobs/) -------------------------------------------------------------------
# A job without a sign of life for this long is taken from its worker and queued again.
STRONGROOM_JOB_LEASE_SECONDS = float(os.environ.get("STRONGROOM_JOB_LEASE_SECONDS", "30"))
# A handler that neither writes a step nor reports progress for this long counts as hung.
STRONGROOM_JOB_SILENCE_SECONDS = float(os.environ.get("STRONGROOM_JOB_SILENCE_SECONDS", "3600"))
# A worker process looks at the job table this often even if no note from the broker reaches it.
STRONGROOM_WORKER_LOOK_SECONDS = float(os.environ.get("STRONGROOM_WORKER_LOOK_SECONDS", "5"))
STRONGROOM_JOB_BACK_OFF_SECONDS = float(os.environ.get("STRONGROOM_JOB_BACK_OFF_SECONDS", "5"))
STRONGROOM_JOB_BACK_OFF_CAP_SECONDS = 600.0
# How long the jobs of a schedule's earlier ticks stay: those that went well at once, and those that did not.
STRONGROOM_TICKS_KEPT_HOURS = float(os.environ.get("STRONGROOM_TICKS_KEPT_HOURS", "24"))
STRONGROOM_FAILED_TICKS_KEPT_DAYS = float(os.environ.get("STRONGROOM_FAILED_TICKS_KEPT_DAYS", "30"))
STRONGROOM_OUTBOX_ATTEMPT_LIMIT = 10
# Less than the time for which the outbox leaves a message to the process that is sending it.
EMAIL_TIMEOUT = 30
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Whoever enqueues must not wait for a broker that is away: the scheduler offers the work again.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_max": 0,
    "socket_connect_timeout": 2,
    "socket_timeout": 3,
    "socket_keepalive": True,
    "health_check_interval": 10,
    # No note is worth giving back, and looking for lost ones holds up the loop when the broker hangs.
    "unacked_restore_interval": 86_400,
}
CELERY_TASK_DEFAULT_QUEUE = "strongroom"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_CONCURRENCY = int(os.environ.get("STRONGROOM_WORKER_CONCURRENCY", "2"))
CELERY_WORKER_CONSUMER = "jobs.consumer:QuietConsumer"
# Nobody commands workers over the broker, and a worker that has to talk to it can't stop while it hangs.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# --- end of Celery and jobs --------------------------------------------------------------------

# --- Proof of the ledger (ledger/) ---------------------------------------------------------------
# Connections that a verification works on side by side.
STRONGROOM_VERIFY_LANES = int(os.environ.get("STRONGROOM_VERIFY_LANES", "2"))
# Who gets a mail when a verification finds something, with commas.
STRONGROOM_ALARM_RECIPIENTS = [
    address for address in os.environ.get("STRONGROOM_ALARM_RECIPIENTS", "").split(",") if address
]
# The Ed25519 key that signs digests: a PEM file, or 64 hexadecimal digits. Without either, a machine
# that keeps everything in var/ makes a key of its own there.
STRONGROOM_SIGNING_KEY_FILE = os.environ.get("STRONGROOM_SIGNING_KEY_FILE", "")
STRONGROOM_SIGNING_KEY = os.environ.get("STRONGROOM_SIGNING_KEY", "")
STRONGROOM_OWN_SIGNING_KEY_FILE = None if "DATABASE_URL" in os.environ else VAR_DIR / "signing-key.pem"
# Whoever reads /metrics sends it as a bearer token; without one there is no /metrics.
STRONGROOM_METRICS_TOKEN = _environment.get("STRONGROOM_METRICS_TOKEN", "")
# --- end of proof of the ledger ------------------------------------------------------------------

# --- Fees and invoices (billing/) ----------------------------------------------------------------
# Firms whose invoices a fee run drafts in one transaction.
STRONGROOM_FEE_RUN_FIRMS_PER_STEP = int(os.environ.get("STRONGROOM_FEE_RUN_FIRMS_PER_STEP", "200"))
# Who sends the invoices, as it is printed on them.
STRONGROOM_ISSUER_NAME = os.environ.get("STRONGROOM_ISSUER_NAME", "Strongroom")
# --- end of fees and invoices --------------------------------------------------------------------

# --- People, keys and passwords (governance/) ----------------------------------------------------
# Key of the hash that API keys are stored under. Changing it makes every API key useless.
STRONGROOM_API_KEY_HASH_KEY = _environment.get("STRONGROOM_API_KEY_HASH_KEY") or SECRET_KEY
# How long a rotated API key may work on beside the one that took its place.
STRONGROOM_API_KEY_LONGEST_OVERLAP_HOURS = int(
    os.environ.get("STRONGROOM_API_KEY_LONGEST_OVERLAP_HOURS", "168")
)
# Live keys that one user may hold.
STRONGROOM_API_KEYS_PER_USER = int(os.environ.get("STRONGROOM_API_KEYS_PER_USER", "100"))
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}  # type: ignore[assignment]
# --- end of people, keys and passwords -----------------------------------------------------------

# Load balancers and containers ask for these without HTTPS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]

# --- REST (api/) ---------------------------------------------------------------------------------
# The largest request body the REST door reads.
STRONGROOM_BODY_LIMIT_BYTES = int(_environment.get("STRONGROOM_BODY_LIMIT_BYTES", str(1024 * 1024)))
# Larger for tables: prices, firms, restricted parties.
STRONGROOM_UPLOAD_LIMIT_BYTES = int(_environment.get("STRONGROOM_UPLOAD_LIMIT_BYTES", str(50 * 1024 * 1024)))
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.ApiKeyAuthentication",
        "api.authentication.CsrfSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.StrictJsonParser"],
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "api.schema.ScopedSchema",
    "EXCEPTION_HANDLER": "api.exceptions.problem_of_exception",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Strongroom",
    "VERSION": "1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["api.schema.add_problems"],
    "OAS_VERSION": "3.1.0",
}
# --- end of REST ---------------------------------------------------------------------------------

# --- Pages (web/) --------------------------------------------------------------------------------
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "overview"
LOGOUT_REDIRECT_URL = "sign-in"
CSRF_FAILURE_VIEW = "web.views.faults.untrusted_form"
# --- end of pages --------------------------------------------------------------------------------
