"""Making, dropping and changing databases of tests, as the owner on the server that the run was given."""

import time

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

MOST_DROPS = 30
"""Seconds, and so tries, that a worker of PostgreSQL's own is given to leave a database."""


# Options of a connection of a test's own, without Django: it works for the reserve and sees every row.
SEES_THE_WHOLE = "-c strongroom.firm=*"


def owner_url(name: str) -> str:
    """A database's URL for the owner of tests."""
    settings_dict = connections["owner"].settings_dict
    return psycopg.conninfo.make_conninfo(
        host=settings_dict["HOST"],
        port=settings_dict["PORT"] or None,
        user=settings_dict["USER"],
        password=settings_dict["PASSWORD"],
        dbname=name,
    )


def _execute_on_server(statement: str, **names: str) -> None:
    identifiers = {key: sql.Identifier(value) for key, value in names.items()}
    with psycopg.connect(owner_url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(**identifiers))


def drop_database(name: str) -> None:
    """Drop a database with every session in it.

    A worker of PostgreSQL's own that cleans up tables belongs to nobody whom the owner of tests may
    end; it is gone after a moment.
    """
    for _ in range(MOST_DROPS):
        try:
            _execute_on_server("drop database if exists {name} with (force)", name=name)
        except InsufficientPrivilege:
            time.sleep(1)
        else:
            return
    _execute_on_server("drop database if exists {name}", name=name)


def create_database(name: str, *, template: str | None = None) -> None:
    """A new database, empty or a copy of another that nobody is connected to."""
    if template is None:
        _execute_on_server("create database {name}", name=name)
    else:
        # Copying the files takes a tenth of the time that writing every page to the log does.
        statement = "create database {name} template {template} strategy file_copy"
        _execute_on_server(statement, name=name, template=template)


def name_in_use() -> str:
    """The database that both of Django's connections point to."""
    return str(connections["default"].settings_dict["NAME"])


def use_database(name: str) -> None:
    """Let both of Django's connections point to it, from their next statement on."""
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        connections.settings[alias]["NAME"] = name
