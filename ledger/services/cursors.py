"""The cursor that posts: it binds on the server and keeps its statements prepared."""

from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from psycopg.pq import Format


class _LoggingCursor(CursorDebugWrapper):
    """Logs the statement as it was written: what is executed by its name has no other text."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        with self.debug_sql(sql, params):
            return CursorWrapper.execute(self, sql, params)


def posting_cursor() -> CursorWrapper:
    """A cursor of Django's connection and of Django's manners: its errors, its log and count of queries.

    Django's own writes the values into the statement, so that each one is parsed and planned anew.
    What is asked of the connection here is what Django asks of it before it makes its own.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    cursor.format = Format.BINARY
    return (_LoggingCursor if connection.queries_logged else CursorWrapper)(cursor, connection)
