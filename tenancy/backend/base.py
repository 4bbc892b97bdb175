"""A connection that tells the database for whom this thread works, in the same round trip as the next query.

Nothing is told before a query needs it, and nothing is told twice: a connection remembers what it told.
It forgets that when it is opened anew or taken from a pool, when a statement fails and when anything is
rolled back, for PostgreSQL then goes back to what was told before. So a connection that is used again
always hears of the new tenant before it answers.
"""

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper

from tenancy.current import Tenant, current_tenant


class _Telling(CursorWrapper):
    """Statements that the tenant is told before. A server-side cursor hears of it when it is made."""

    db: "DatabaseWrapper"

    def _execute(self, sql: Any, params: Any, *ignored: Any) -> Any:
        statements = self.db.untold_statements()
        if not statements:
            return super()._execute(sql, params, *ignored)  # type: ignore[misc]
        if not (isinstance(self.cursor, base.Cursor) and isinstance(sql, str)):
            self.db.tell_tenant()
            return super()._execute(sql, params, *ignored)  # type: ignore[misc]
        tenant = current_tenant()
        result = super()._execute("; ".join((*statements, sql)), params, *ignored)  # type: ignore[misc]
        for _ in statements:
            self.cursor.nextset()  # type: ignore[attr-defined]
        self.db.told = tenant
        return result

    def _executemany(self, sql: Any, param_list: Any, *ignored: Any) -> Any:
        self.db.tell_tenant()
        return super()._executemany(sql, param_list, *ignored)  # type: ignore[misc]

    def copy(self, *arguments: Any, **options: Any) -> Any:
        """COPY, which takes no other statement beside it."""
        self.db.tell_tenant()
        return self.cursor.copy(*arguments, **options)


class _TellingDebug(_Telling, CursorDebugWrapper):
    """The same, with a log of the statements as they were written."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Remembers what it told the database; None when it can't know."""

    told: Tenant | None = None

    def untold_statements(self) -> tuple[str, ...]:
        """What has to be told before the next statement. Whoever asks tells it, or the next one does."""
        tenant = current_tenant()
        if tenant == self.told:
            return ()
        self.told = None
        return tenant.statements

    def tell_tenant(self) -> None:
        """Tell it now, where it can't ride along. The connection must be open."""
        tenant = current_tenant()
        if statements := self.untold_statements():
            with self.wrap_database_errors, self.connection.cursor() as cursor:
                cursor.execute("; ".join(statements))
            self.told = tenant

    def init_connection_state(self) -> None:
        """A new connection, or one that others had from the pool."""
        self.told = None
        super().init_connection_state()

    def create_cursor(self, name: str | None = None) -> Any:
        """A server-side cursor is opened by one statement of its own."""
        if name:
            self.tell_tenant()
        return super().create_cursor(name)

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        """Django's, that tells."""
        return _Telling(cursor, self)

    def make_debug_cursor(self, cursor: Any) -> CursorDebugWrapper:
        """Django's for queries that are logged, that tells."""
        return _TellingDebug(cursor, self)

    def _rollback(self) -> None:
        self.told = None
        super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        # A transaction that failed takes nothing but this one statement.
        self.told = current_tenant()
        try:
            super()._savepoint_rollback(sid)  # type: ignore[misc]
        finally:
            self.told = None
