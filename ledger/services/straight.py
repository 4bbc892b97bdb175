"""A statement under a name of its own, run past the cursors: straight through the driver's connection.

For the statement that is run most often. What a cursor and its wrapper do around it took three times as
long on the client as sending its arguments and reading its one row.
"""

from collections.abc import Sequence
from typing import cast
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format, PipelineStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from tenancy.backend.base import DatabaseWrapper

Argument = str | bytes | None

_UNKNOWN_STATEMENT = b"26000"

# The names of the statements that a connection knows. A connection is used by one thread at a time.
_known: WeakKeyDictionary[psycopg.Connection[object], set[bytes]] = WeakKeyDictionary()


class StraightStatement:
    """A statement of one row, its placeholders `%s`. Texts are sent as texts, bytes as they are."""

    def __init__(self, name: str, text: str) -> None:
        first, *others = text.split("%s")
        numbered = (f"${number}{other}" for number, other in enumerate(others, start=1))
        self._name = name.encode()
        self._text = "".join((first, *numbered)).encode()

    def run(self, wrapper: DatabaseWrapper, arguments: Sequence[Argument]) -> list[bytes]:
        """The values of its row, none of them null, in PostgreSQL's binary format.

        Raises Django's errors, as a cursor does.
        """
        sent = [argument.encode() if isinstance(argument, str) else argument for argument in arguments]
        formats = [Format.BINARY if isinstance(argument, bytes) else Format.TEXT for argument in arguments]
        with wrapper.wrap_database_errors:
            pgconn = wrapper.connection.pgconn
            known = _known.setdefault(wrapper.connection, set())
            if self._name not in known:
                self._prepare(pgconn)
                known.add(self._name)
            result = pgconn.exec_prepared(self._name, sent, formats, Format.BINARY)
            if result.error_field(DiagnosticField.SQLSTATE) == _UNKNOWN_STATEMENT:
                # The driver lets the server forget them all after some statements. Nothing was done yet.
                self._prepare(pgconn)
                result = pgconn.exec_prepared(self._name, sent, formats, Format.BINARY)
            _check(pgconn, result, ExecStatus.TUPLES_OK)
            return [result.get_value(0, column) or b"" for column in range(result.nfields)]

    def _prepare(self, pgconn: PGconn) -> None:
        _check(pgconn, pgconn.prepare(self._name, self._text), ExecStatus.COMMAND_OK)


def straight_connection() -> DatabaseWrapper | None:
    """Django's connection, open, if a statement may be run past its cursors now: as a transaction of its own.

    It may not where somebody watches what is executed, and where the driver was told to prepare nothing.
    Within a transaction a statement that the server has forgotten would cost the transaction.
    """
    wrapper = cast(DatabaseWrapper, connections[DEFAULT_DB_ALIAS])
    if wrapper.in_atomic_block or wrapper.queries_logged or wrapper.execute_wrappers:
        return None
    wrapper.close_if_health_check_failed()
    wrapper.ensure_connection()
    connection = wrapper.connection
    pgconn = connection.pgconn
    if (
        connection.autocommit
        and connection.prepare_threshold is not None
        and pgconn.transaction_status == TransactionStatus.IDLE
        and pgconn.pipeline_status == PipelineStatus.OFF
    ):
        return wrapper
    return None


def _check(pgconn: PGconn, result: PGresult, expected: ExecStatus) -> None:
    if result.status == expected:
        return
    if pgconn.status == ConnStatus.BAD:
        raise psycopg.OperationalError(pgconn.get_error_message())
    raise psycopg.errors.error_from_result(result)
