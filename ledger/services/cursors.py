"""The cursor that posts: it binds on the server and keeps its statements prepared."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg.pq import Format


@contextmanager
def posting_cursor() -> Iterator[CursorWrapper]:
    """A cursor of Django's connection and of Django's manners: its errors, its count of queries.

    Django's own writes the values into the statement, so that each one is parsed and planned anew.
    """
    with connection.cursor() as opened:
        posting = psycopg.Cursor(opened.connection)
    posting.format = Format.BINARY
    make = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with make(posting) as cursor:  # type: ignore[arg-type] # the stubs name their own cursor
        yield cursor
