"""Ledgers that are filled, read and sealed by one process, which the benchmark gives orders."""

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from benchmarks.contenders import Entry
from benchmarks.crew import MIGRATED, environment_for, make_ready
from benchmarks.progress import say
from benchmarks.server import Server

# How many transfers are posted between two words of progress, and between two roll-ups.
STRIDE = 200_000


class Ledgers:
    """Passes orders on to the process and waits for its answers."""

    def __init__(self, pool: ProcessPoolExecutor, server: Server) -> None:
        self._pool = pool
        self._server = server

    def use(self, entry: Entry) -> None:
        """Let all that follows be about this one's database, which is made unless it stands."""
        url = make_ready(entry, self._server, is_new=not self._server.has_database(entry.database))
        self.ask("use", url=url)

    def use_none(self) -> None:
        """Leave the database, so that it can be copied."""
        self.ask("leave")

    def ask(self, order: str, **details: Any) -> Any:
        """The answer to an order."""
        return self.begin(order, **details).result()

    def begin(self, order: str, **details: Any) -> "Future[Any]":
        """The same without waiting for it."""
        return self._pool.submit(_answer, order, details)


@contextmanager
def running_ledgers(server: Server) -> Iterator[Ledgers]:
    """The process is told a database before Django reads its settings."""
    context = multiprocessing.get_context("spawn")
    environment = environment_for(server.url_of(MIGRATED), server)
    with ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(environment,)) as pool:
        yield Ledgers(pool, server)


def grow(
    ledgers: Ledgers, server: Server, entry: Entry, size: int, *, accounts: int, most: int
) -> tuple[int, int]:
    """Post by the bulk path; how many transfers stand in the end, and how many of them are new."""
    ledgers.use(entry)
    before = standing = ledgers.ask("prepare", accounts=accounts)
    end = min(size, before + most)
    while standing < end:
        count = min(STRIDE, end - standing)
        ledgers.ask("grow", transfers=count, seed=standing)
        standing += count
        say(f"{entry.title}: {standing:,} of {size:,} transfers")
    ledgers.use_none()
    if before < size <= standing:
        server.settle(entry.database)
    return standing, standing - before


_sealed: Any = None


def _begin(environment: dict[str, str]) -> None:
    global _sealed
    os.environ.update(environment)
    from benchmarks.contenders import strongroom  # noqa: F401 - sets Django up
    from benchmarks.contenders.sealed import Sealed

    _sealed = Sealed()


def _answer(order: str, details: dict[str, Any]) -> Any:
    return getattr(_sealed, order)(**details)
