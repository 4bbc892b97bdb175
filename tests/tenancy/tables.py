"""What docs/tenancy.md and the database say about each table."""

import re
from dataclasses import dataclass

from django.db import connection

from tests.architecture.tree import ROOT

PAGE = ROOT / "docs" / "tenancy.md"
_ROW = re.compile(r"^\| `(\w+)` \| (.+?) \|$", re.MULTILINE)


def _section(title: str) -> str:
    text = PAGE.read_text()
    start = text.index(f"## {title}\n")
    end = text.find("\n## ", start + 1)
    return text[start : end if end > 0 else None]


def guarded_on_the_page() -> dict[str, str]:
    """Table and by what it is guarded."""
    return dict(_ROW.findall(_section("Guarded")))


def unguarded_on_the_page() -> dict[str, str]:
    """Table and why it isn't."""
    return dict(_ROW.findall(_section("Not guarded")))


@dataclass(frozen=True)
class Table:
    """A relation of the database as its catalogue knows it."""

    name: str
    is_enabled: bool
    is_forced: bool
    policies: dict[str, str]


def tables_of_the_database() -> dict[str, Table]:
    """Every table, partition and materialised view that rows can be read from."""
    with connection.cursor() as cursor:
        cursor.execute("""
            select relname, relrowsecurity, relforcerowsecurity, array(
                select polname || ' ' || polcmd::text || ' ' || (
                    select string_agg(rolname, ',') from pg_roles where oid = any(polroles)
                ) || ' ' || pg_get_expr(polqual, polrelid)
                from pg_policy where polrelid = pg_class.oid and polpermissive
            ) from pg_class
            where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'm', 'f')
        """)
        return {
            name: Table(name, is_enabled, is_forced, dict(text.split(" ", 1) for text in policies))
            for name, is_enabled, is_forced, policies in cursor.fetchall()
        }


def views_of_the_database() -> list[str]:
    """Views would be read with their owner's eyes."""
    with connection.cursor() as cursor:
        cursor.execute("select viewname from pg_views where schemaname = 'public'")
        return [name for (name,) in cursor.fetchall()]


def count_rows(table: str) -> int:
    """What raw SQL finds in the table, whoever wrote it."""
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {connection.ops.quote_name(table)}")
        return int(cursor.fetchone()[0])


def rows_of(table: str) -> set[str]:
    """Every row that raw SQL finds, as text."""
    with connection.cursor() as cursor:
        cursor.execute(f"select t::text from {connection.ops.quote_name(table)} t")
        return {text for (text,) in cursor.fetchall()}
