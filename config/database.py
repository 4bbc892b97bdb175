"""Roles and privileges: an owner that makes tables, a service role that may only work with them."""

import psycopg
from psycopg import sql

OWNER_ROLE = "strongroom_owner"
SERVICE_ROLE = "strongroom_service"


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
