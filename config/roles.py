"""Makes the database and its two logins on any server: the owner of the tables and the restricted service.

The roles `strongroom_owner` and `strongroom_service` hold the privileges. In a database called
`strongroom` they are the logins themselves; in any other database the logins carry its name and
act as those roles, so that two installations on one server never share a password.
"""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from config.database import (
    LEAST_SERVER_VERSION,
    OWNER_ROLE,
    SERVICE_ROLE,
    grant_service_defaults,
    parse_database_url,
    with_parts,
)
from config.startup import CannotStart

LONGEST_NAME = 63
# Any number: whoever prepares databases on this server takes turns under it.
PREPARATION_LOCK = 7_305_811


@dataclass(frozen=True)
class Logins:
    """The two URLs of a prepared database."""

    owner_url: str
    service_url: str


def prepare_logins(admin_url: str, *, owner_password: str, service_password: str) -> Logins:
    """Make the database that `admin_url` names, its owner and its service login, where they aren't yet.

    `admin_url` is a login that may create roles and databases. Safe to repeat; when both logins
    already work, nothing is changed. Raises CannotStart when the server can't be reached, is too
    old, or the login may not do it.
    """
    database = parse_database_url(admin_url)["dbname"]
    owner, service = login_names(database)
    logins = Logins(
        owner_url=with_parts(admin_url, user=owner, password=owner_password),
        service_url=with_parts(admin_url, user=service, password=service_password),
    )
    if not (_acts_as(logins.owner_url, OWNER_ROLE) and _acts_as(logins.service_url, SERVICE_ROLE)):
        with connect_as_admin(admin_url) as connection:
            connection.execute("select pg_advisory_lock(%s)", [PREPARATION_LOCK])
            ensure_group_roles(connection)
            _ensure_database(connection, database)
            _let_owner_make_tables(admin_url)
            _ensure_login(connection, owner, owner_password, OWNER_ROLE)
            _ensure_login(connection, service, service_password, SERVICE_ROLE)
    grant_service_defaults(logins.owner_url)
    return logins


def login_names(database: str) -> tuple[str, str]:
    """Owner's and service's login for a database of this name."""
    names = (f"{database}_owner", f"{database}_service")
    if len(names[1].encode()) > LONGEST_NAME:
        raise CannotStart(f"The database name {database!r} is too long: at most {LONGEST_NAME - 8} bytes.")
    return names


def connect_as_admin(admin_url: str) -> psycopg.Connection[Any]:
    """A connection in autocommit to the maintenance database of the server, as a login that may make roles.

    Raises CannotStart when the server can't be reached, is older than PostgreSQL 15, or the login
    may not create roles and databases.
    """
    fields = parse_database_url(admin_url)
    try:
        connection = psycopg.connect(with_parts(admin_url, dbname="postgres"), autocommit=True)
    except psycopg.OperationalError as error:
        place = f"{fields.get('host', 'local socket')}:{fields.get('port', '5432')}"
        raise CannotStart(
            f"The PostgreSQL server of DATABASE_URL at {place} can't be used: {error}"
        ) from None
    if connection.info.server_version < LEAST_SERVER_VERSION:
        connection.close()
        raise CannotStart("The PostgreSQL server of DATABASE_URL is older than 15. Use 15 or newer.")
    row = connection.execute(
        "select rolsuper or (rolcreaterole and rolcreatedb) from pg_roles where rolname = current_user"
    ).fetchone()
    if row is None or not row[0]:
        connection.close()
        raise CannotStart(
            f"The login {fields.get('user', '')!r} of DATABASE_URL may not create roles and databases. Give "
            "one that may, or let an administrator run `python -m config.prepare` and set DATABASE_URL to "
            "the service login and DATABASE_OWNER_URL to the owner login (docs/operations.md)."
        )
    return connection


def ensure_group_roles(connection: psycopg.Connection[Any]) -> None:
    """Make the two roles that hold the privileges."""
    for role in (OWNER_ROLE, SERVICE_ROLE):
        if not _role_exists(connection, role):
            _run(connection, "create role {role} nologin", role=role)
    if not _is_superuser(connection):
        _run(connection, "grant {role} to current_user", role=OWNER_ROLE)


def create_member_login(connection: psycopg.Connection[Any], login: str, password: str, *, role: str) -> None:
    """A login that acts as `role` from the moment it connects."""
    _run(connection, "create role {login} login password {password}", password=password, login=login)
    _run(connection, "grant {role} to {login}", role=role, login=login)
    _run(connection, "alter role {login} set role to {role}", role=role, login=login)
    leave_out_compilation(connection, login)


def leave_out_compilation(connection: psycopg.Connection[Any], login: str) -> None:
    """Let no statement of a login be compiled to machine code.

    Where PostgreSQL can do that (Debian's can), it does it anew for every plan it thinks dear, and that
    took seconds where running the statements took milliseconds (docs/decisions/0114).
    """
    _run(connection, "alter role {login} set jit to off", login=login)


def refuse_powerful_service(service_url: str) -> None:
    """A service login that was given must not be able to rewrite the ledger. Raises CannotStart if it is."""
    statement = """
        select rolsuper or rolbypassrls or exists (
            select from pg_roles owner where owner.rolname = %s and pg_has_role(role.oid, owner.oid, 'member')
        )
        from pg_roles role where role.rolname = current_user
    """
    try:
        with psycopg.connect(service_url, connect_timeout=5) as connection:
            row = connection.execute(statement, [OWNER_ROLE]).fetchone()
    except psycopg.OperationalError as error:
        raise CannotStart(f"The login of DATABASE_URL can't be used: {error}") from None
    if row is None or row[0]:
        raise CannotStart(
            "With DATABASE_OWNER_URL given, DATABASE_URL must be the service login, and this one is a "
            "superuser or the owner: it could rewrite the ledger. Leave DATABASE_OWNER_URL out to have both "
            "logins made."
        )


def _ensure_login(connection: psycopg.Connection[Any], login: str, password: str, role: str) -> None:
    if login == role or _is_member(connection, login, role):
        _run(connection, "alter role {login} login password {password}", password=password, login=login)
        leave_out_compilation(connection, login)
    elif _role_exists(connection, login):
        raise CannotStart(
            f"The server already has a role {login!r} that isn't Strongroom's. Use another database name."
        )
    else:
        create_member_login(connection, login, password, role=role)


def _ensure_database(connection: psycopg.Connection[Any], database: str) -> None:
    row = connection.execute(
        "select pg_encoding_to_char(encoding) from pg_database where datname = %s", [database]
    ).fetchone()
    if row is None:
        _run(
            connection,
            "create database {database} owner {role} encoding 'UTF8' template template0",
            database=database,
            role=OWNER_ROLE,
        )
    elif row[0] != "UTF8":
        raise CannotStart(f"The database {database!r} is encoded in {row[0]}. Strongroom needs UTF8.")


def _let_owner_make_tables(admin_url: str) -> None:
    """In a database that somebody else made, the owner needs the right to make tables in it."""
    with psycopg.connect(admin_url) as connection:
        name = connection.info.dbname
        row = connection.execute(
            "select pg_get_userbyid(datdba) = %s from pg_database where datname = %s", [OWNER_ROLE, name]
        ).fetchone()
        if row is not None and not row[0]:
            _run(connection, "grant create on database {database} to {role}", database=name, role=OWNER_ROLE)
            _run(connection, "grant usage, create on schema public to {role}", role=OWNER_ROLE)


def _acts_as(url: str, role: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute("select current_user").fetchone()
    except psycopg.OperationalError:
        return False
    return row is not None and row[0] == role


def _role_exists(connection: psycopg.Connection[Any], role: str) -> bool:
    return connection.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone() is not None


def _is_member(connection: psycopg.Connection[Any], login: str, role: str) -> bool:
    statement = """
        select 1 from pg_auth_members
        where roleid = (select oid from pg_roles where rolname = %s)
          and member = (select oid from pg_roles where rolname = %s)
    """
    return connection.execute(statement, [role, login]).fetchone() is not None


def _is_superuser(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    return row is not None and bool(row[0])


def _run(connection: psycopg.Connection[Any], statement: str, password: str = "", **names: str) -> None:
    identifiers = {key: sql.Identifier(name) for key, name in names.items()}
    connection.execute(sql.SQL(statement).format(password=sql.Literal(password), **identifiers))
