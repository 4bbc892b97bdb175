"""The servers a run works with: embedded ones, or those named by DATABASE_URL and REDIS_URL."""

import os
from contextlib import ExitStack
from dataclasses import dataclass

import redis

from config.embedded.postgres import EmbeddedPostgres, packaged_programs
from config.embedded.valkey import EmbeddedValkey, packaged_program
from config.installation import Installation, Secrets
from config.roles import Logins, prepare_logins, refuse_powerful_service
from config.run.screen import Screen
from config.startup import CannotStart

DATABASE = "strongroom"


@dataclass(frozen=True)
class Servers:
    """Where database and Redis are, and those of them that were started here."""

    logins: Logins
    redis_url: str
    embedded: dict[str, EmbeddedPostgres | EmbeddedValkey]


def provide_servers(
    stack: ExitStack, installation: Installation, secrets: Secrets, screen: Screen
) -> Servers:
    """Start what isn't given, make roles and database, and have `stack` stop what was started."""
    embedded: dict[str, EmbeddedPostgres | EmbeddedValkey] = {}
    redis_url = os.environ.get("REDIS_URL")
    if redis_url:
        with screen.step("Redis of REDIS_URL"):
            _try_redis(redis_url)
    else:
        valkey = _valkey(installation, secrets)
        stack.callback(valkey.stop)
        with screen.step("Valkey"):
            redis_url = valkey.start()
        embedded["Valkey"] = valkey
    admin_url = os.environ.get("DATABASE_URL")
    if not admin_url:
        postgres = _postgres(installation, secrets)
        stack.callback(postgres.stop)
        with screen.step("PostgreSQL"):
            admin_url = postgres.start(DATABASE)
        embedded["PostgreSQL"] = postgres
    with screen.step("Roles and database"):
        logins = _logins(admin_url, secrets)
    return Servers(logins=logins, redis_url=redis_url, embedded=embedded)


def _logins(admin_url: str, secrets: Secrets) -> Logins:
    owner_url = os.environ.get("DATABASE_OWNER_URL")
    if owner_url:
        refuse_powerful_service(admin_url)
        return Logins(owner_url=owner_url, service_url=admin_url)
    return prepare_logins(
        admin_url,
        owner_password=os.environ.get("STRONGROOM_OWNER_PASSWORD") or secrets.owner_password,
        service_password=os.environ.get("STRONGROOM_SERVICE_PASSWORD") or secrets.service_password,
    )


def _postgres(installation: Installation, secrets: Secrets) -> EmbeddedPostgres:
    return EmbeddedPostgres(
        directory=installation.directory / "postgres",
        password=secrets.postgres_password,
        log=installation.log_path("postgres"),
        programs=packaged_programs(),
    )


def _valkey(installation: Installation, secrets: Secrets) -> EmbeddedValkey:
    return EmbeddedValkey(
        directory=installation.directory / "valkey",
        password=secrets.valkey_password,
        log=installation.log_path("valkey"),
        program=packaged_program(),
    )


def _try_redis(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise CannotStart(f"The Redis server of REDIS_URL can't be used: {error}") from None
