"""Where the database is and who works in it: URLs, the owner of the tables, the restricted service."""

from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

OWNER_ROLE = "strongroom_owner"
SERVICE_ROLE = "strongroom_service"
LEAST_SERVER_VERSION = 150_000


def database_from_url(url: str, *, name: str = "DATABASE_URL") -> dict[str, Any]:
    """Django's database dictionary for a `postgresql://user:password@host:port/name?option=value` URL.

    An empty URL gives a dictionary without a database name, so that commands which need no
    database still run. `name` is the variable the URL came from, for the message.
    """
    fields = parse_database_url(url, name=name) if url else {}
    return {
        "ENGINE": "tenancy.backend",
        "NAME": fields.pop("dbname", ""),
        "USER": fields.pop("user", ""),
        "PASSWORD": fields.pop("password", ""),
        "HOST": fields.pop("host", ""),
        "PORT": fields.pop("port", ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # The ledger's posting cursor prepares what it says for the third time; Django's own never does.
        "OPTIONS": {
            "connect_timeout": "5",
            "application_name": "strongroom",
            "prepare_threshold": 2,
            **fields,
        },
    }


def parse_database_url(url: str, *, name: str = "DATABASE_URL") -> dict[str, str]:
    """The parts of a database URL as libpq names them.

    Raises ImproperlyConfigured, without repeating the URL: it may hold a password.
    """
    shape = "postgresql://user:password@host:port/database"
    if not url.startswith(("postgresql://", "postgres://")):
        raise ImproperlyConfigured(f"{name} must look like {shape}; it doesn't begin with postgresql://")
    try:
        fields = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError as error:
        # libpq repeats the whole URL in some of its messages.
        reason = "" if url in str(error) else f": {str(error).strip()}"
        raise ImproperlyConfigured(f"{name} must look like {shape}{reason}") from None
    if not fields.get("dbname"):
        raise ImproperlyConfigured(f"{name} must look like {shape}; it names no database")
    port = fields.get("port", "")
    if port and not all(part.isdecimal() and 0 < int(part) < 65536 for part in port.split(",")):
        raise ImproperlyConfigured(f"{name} must look like {shape}; its port isn't a number below 65536")
    return fields


def with_parts(url: str, **parts: str) -> str:
    """The same URL with other `user`, `password` or `dbname`."""
    fields = {"user": "", "password": "", "host": "", "port": "", **parse_database_url(url), **parts}
    return database_url(**fields)


def database_url(*, host: str, port: str, user: str, password: str, dbname: str, **options: str) -> str:
    """A URL with every part quoted; a host that is a directory (Unix socket) goes into the query."""
    login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    if "/" in host or "," in host:
        options = {"host": host, **({"port": port} if port else {}), **options}
        host, port = "", ""
    place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    query = f"?{urlencode(options)}" if options else ""
    return f"postgresql://{login}@{place}/{quote(dbname, safe='')}{query}"


def grant_service_defaults(owner_url: str) -> None:
    """Let the service role read and write every table the owner makes from now on in this database.

    Migrations then take back what the service may never do (append-only tables).
    """
    statements = (
        "grant usage on schema public to {role}",
        "alter default privileges in schema public grant select, insert, update, delete on tables to {role}",
        "alter default privileges in schema public grant usage, select on sequences to {role}",
    )
    with psycopg.connect(owner_url) as connection:
        for statement in statements:
            connection.execute(sql.SQL(statement).format(role=sql.Identifier(SERVICE_ROLE)))
