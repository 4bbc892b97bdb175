"""Sessions of PostgreSQL that a test steps through by hand, one statement at a time.

Each session is a thread with a connection of its own. `do` runs something in it and waits for the
answer; `begin` starts what is going to wait for another session, and `is_waiting` tells when it does,
as PostgreSQL itself sees it: no test sleeps and hopes.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from django.db import OperationalError, connection, connections, transaction

from errors import Refusal

Answer = TypeVar("Answer")
# Only so that a test that hangs fails; nothing is measured by it.
PATIENCE_SECONDS = 60


class Session:
    """One connection in one transaction, stepped through by the test."""

    def __init__(self, name: str, *, isolation: str = "read committed") -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._stack = ExitStack()
        self._under_way: Future[object] | None = None
        self.number = self.do(lambda: self._open(isolation))

    def do(self, step: Callable[[], Answer]) -> Answer:
        """Run it in the session and give its answer; a refusal is raised here."""
        return self._thread.submit(step).result(timeout=PATIENCE_SECONDS)

    def begin(self, step: Callable[[], object]) -> None:
        """Start what may have to wait for another session."""
        self._under_way = self._thread.submit(step)

    def begin_and_wait(self, step: Callable[[], object]) -> None:
        """Start what has to wait for another session, and see that it does."""
        self.begin(step)
        started = time.monotonic()
        while not self.is_waiting():
            assert not self._future().done(), f"it did not wait: {self._future()}"
            assert time.monotonic() - started < PATIENCE_SECONDS, "it neither waits nor ends"

    def finish(self) -> object:
        """The answer to what was begun, or the refusal or database error it ended in."""
        try:
            return self._future().result(timeout=PATIENCE_SECONDS)
        except (Refusal, OperationalError) as error:
            return error

    def is_waiting(self) -> bool:
        """Whether PostgreSQL says that this session waits for a lock of another."""
        with connection.cursor() as cursor:
            cursor.execute("select cardinality(pg_blocking_pids(%s)) > 0", [self.number])
            is_waiting: bool = cursor.fetchone()[0]
        return is_waiting

    def is_done(self) -> bool:
        """Whether what was begun has ended."""
        return self._future().done()

    def commit(self) -> None:
        """End the transaction; raises what PostgreSQL says against it."""
        self.do(self._stack.close)

    def roll_back(self) -> None:
        """End the transaction as if it had never been."""

        def undo() -> None:
            transaction.set_rollback(True)
            self._stack.close()

        self.do(undo)

    def end(self) -> None:
        """Close the connection, whatever state it is in."""
        try:
            self._thread.submit(connections.close_all).result(timeout=PATIENCE_SECONDS)
        finally:
            self._thread.shutdown()

    def _future(self) -> "Future[object]":
        assert self._under_way is not None, "nothing was begun"
        return self._under_way

    def _open(self, isolation: str) -> int:
        self._stack.enter_context(transaction.atomic())
        with connection.cursor() as cursor:
            cursor.execute(f"set transaction isolation level {isolation}")
            cursor.execute("select pg_backend_pid()")
            number: int = cursor.fetchone()[0]
        return number


@contextmanager
def sessions(count: int, *, isolation: str = "read committed") -> Iterator[list[Session]]:
    """Sessions with an open transaction each; closed in the end, whatever happened."""
    opened: list[Session] = []
    try:
        for place in range(count):
            opened.append(Session(f"session-{place + 1}", isolation=isolation))
        yield opened
    finally:
        for session in opened:
            session.end()
