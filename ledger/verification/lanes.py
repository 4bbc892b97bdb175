"""Work that is done side by side on one state of the database, each lane with a connection of its own."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TypeVar

from django.db import connection, connections, transaction

from tenancy import with_this_tenant

LOOK_EVERY_SECONDS = 0.2
# Sorting and hashing a range of journals fits into this; compiling the queries takes longer than it saves.
SETTINGS = "set local work_mem = '64MB'; set local jit = off"

Result = TypeVar("Result")
Task = Callable[[], Result]
Progress = Callable[[int, int], None]


def run_side_by_side(tasks: Sequence[Task[Result]], *, lanes: int, on_progress: Progress) -> list[Result]:
    """The result of each task, in their order. All see the database as it was at the first look.

    Inside a transaction they run one after the other in it, so that they see what it has written.
    `on_progress` is told how many of how many are done, in the caller's thread.
    """
    if connection.in_atomic_block:
        return [_run_and_tell(task, place, len(tasks), on_progress) for place, task in enumerate(tasks, 1)]
    results: dict[int, Result] = {}
    waiting: SimpleQueue[int] = SimpleQueue()
    for place in range(len(tasks)):
        waiting.put(place)

    def work(snapshot: str) -> None:
        with _state_of(snapshot):
            while (place := _take(waiting)) is not None:
                results[place] = tasks[place]()

    with _kept_state() as snapshot, ThreadPoolExecutor(lanes) as pool:
        running = {pool.submit(with_this_tenant(work), snapshot) for _ in range(lanes)}
        while running:
            ended, running = wait(running, timeout=LOOK_EVERY_SECONDS)
            on_progress(len(results), len(tasks))
            for lane in ended:
                lane.result()
    return [results[place] for place in range(len(tasks))]


def _run_and_tell(task: Task[Result], place: int, total: int, on_progress: Progress) -> Result:
    result = task()
    on_progress(place, total)
    return result


def _take(waiting: "SimpleQueue[int]") -> int | None:
    try:
        return waiting.get_nowait()
    except Empty:
        return None


@contextmanager
def _kept_state() -> Iterator[str]:
    """The name of the database's state now, which lasts as long as a connection of its own keeps it."""
    keeper = connection.copy()
    try:
        with keeper.cursor() as cursor:
            cursor.execute("begin isolation level repeatable read, read only")
            cursor.execute("select pg_export_snapshot()")
            yield cursor.fetchone()[0]
    finally:
        keeper.close()


@contextmanager
def _state_of(snapshot: str) -> Iterator[None]:
    """A transaction of this thread that sees the named state."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
                cursor.execute("set transaction snapshot %s", [snapshot])
                cursor.execute(SETTINGS)
            yield
    finally:
        connections.close_all()
