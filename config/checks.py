"""System checks of what was configured: each bad combination has a number and says what to do."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Critical, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from config.database import LEAST_SERVER_VERSION, OWNER_ROLE
from errors import Refusal
from ledger.signing import load_signing_key

LOCAL_HOSTS = {"127.0.0.1", "localhost", "[::1]", "::1", "testserver"}
LEAST_TOKEN = 20


@register(Tags.security)
def check_secret(**_: object) -> list[CheckMessage]:
    """The key that signs sessions has no default."""
    try:
        if settings.SECRET_KEY:
            return []
    except ImproperlyConfigured:  # Django's own, raised for an empty key.
        pass
    hint = "Set it to 50 random characters and keep them; `make run` generates its own."
    return [Critical("STRONGROOM_SECRET_KEY isn't set.", hint=hint, id="strongroom.E001")]


@register(Tags.security)
def check_hosts(**_: object) -> list[CheckMessage]:
    """What may be lax on one machine may not be lax for others."""
    foreign = sorted(set(settings.ALLOWED_HOSTS) - LOCAL_HOSTS)
    found: list[CheckMessage] = []
    if foreign and settings.DEBUG:
        hint = "DEBUG shows settings and source to whoever causes an error. Unset STRONGROOM_DEBUG."
        found.append(Critical(f"STRONGROOM_DEBUG is on for {foreign}.", hint=hint, id="strongroom.E002"))
    if "*" in foreign:
        hint = "List the names the service is reached by in STRONGROOM_ALLOWED_HOSTS."
        found.append(Error("Any host name is allowed.", hint=hint, id="strongroom.E003"))
    if foreign and not settings.STRONGROOM_HTTPS:
        hint = "Put a proxy with TLS in front, and set STRONGROOM_HTTPS=1."
        found.append(checks.Warning(f"{foreign} are served without HTTPS.", hint=hint, id="strongroom.W004"))
    return found


@register()
def check_servers(**_: object) -> list[CheckMessage]:
    """A database must be named; a Redis that others can reach needs a password."""
    found: list[CheckMessage] = []
    if not settings.DATABASES["default"]["NAME"]:
        hint = "Set it, or start `make run`: commands then use its database while it runs."
        found.append(Error("DATABASE_URL isn't set.", hint=hint, id="strongroom.E005"))
    redis = urlsplit(settings.REDIS_URL)
    if redis.hostname and redis.hostname not in LOCAL_HOSTS and not redis.password:
        hint = "Whoever reaches it can fill its memory. Give it a password, or let nobody reach it."
        found.append(
            checks.Warning("The Redis of REDIS_URL has no password.", hint=hint, id="strongroom.W006")
        )
    return found


@register(Tags.security)
def check_signing_key(**_: object) -> list[CheckMessage]:
    """One key signs digests, it can be used, and nobody else can read it."""
    key, file = settings.STRONGROOM_SIGNING_KEY, settings.STRONGROOM_SIGNING_KEY_FILE
    if not (key or file):
        return []
    if key and file:
        hint = "Unset one: digests signed with the other would be taken for forged."
        text = "STRONGROOM_SIGNING_KEY and STRONGROOM_SIGNING_KEY_FILE are both set."
        return [Error(text, hint=hint, id="strongroom.E011")]
    try:
        load_signing_key()
    except Refusal as refusal:
        hint = "docs/operations.md says how to make a key and where to keep it."
        return [Error(f"Digests can't be signed: {refusal.message}", hint=hint, id="strongroom.E012")]
    return []


@register(Tags.security)
def check_metrics_token(**_: object) -> list[CheckMessage]:
    """Metrics tell how the ledger does: a token that can be guessed guards nothing."""
    if 0 < len(settings.STRONGROOM_METRICS_TOKEN) < LEAST_TOKEN:
        hint = "Make one with `openssl rand -hex 32`, or unset it: then there is no /metrics."
        text = f"STRONGROOM_METRICS_TOKEN is shorter than {LEAST_TOKEN} characters."
        return [Error(text, hint=hint, id="strongroom.E013")]
    return []


@register(Tags.database)
def check_database(*, databases: Sequence[str] | None = None, **_: object) -> list[CheckMessage]:
    """The service works as a role that owns nothing: run `manage.py check --database default`."""
    if "default" not in (databases or ()):
        return []
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute(_FACTS, [OWNER_ROLE])
            version, encoding, is_powerful, is_owner = cursor.fetchone()
    except DatabaseError as error:
        return [Error(f"The database of DATABASE_URL can't be used: {error}", id="strongroom.E007")]
    found: list[CheckMessage] = []
    if version < LEAST_SERVER_VERSION:
        found.append(Error("The PostgreSQL server is older than 15.", id="strongroom.E008"))
    if encoding != "UTF8":
        found.append(Error(f"The database is encoded in {encoding}, not UTF8.", id="strongroom.E009"))
    if is_powerful or is_owner:
        what = "is a superuser or passes row security" if is_powerful else "owns the tables it works on"
        hint = "Use the service login that `python -m config.prepare` makes: it can't rewrite the ledger."
        found.append(Critical(f"The login of DATABASE_URL {what}.", hint=hint, id="strongroom.E010"))
    return found


_FACTS = """
    select current_setting('server_version_num')::int,
           current_setting('server_encoding'),
           role.rolsuper or role.rolbypassrls,
           exists (select from pg_tables
                   where schemaname = 'public' and pg_has_role(role.oid, tableowner, 'member'))
               or exists (select from pg_roles owner
                          where owner.rolname = %s and pg_has_role(role.oid, owner.oid, 'member'))
    from pg_roles role
    where role.rolname = current_user
"""
