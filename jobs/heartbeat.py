"""Signs of life of a running attempt, for a handler that computes long between two steps."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now

from jobs.handlers import JobRun
from jobs.models import Job
from jobs.timing import lease_length, silence_limit
from tenancy import for_the_reserve

logger = logging.getLogger(__name__)


@contextmanager
def keep_lease(run: JobRun) -> Iterator[None]:
    """Extend the attempt's lease from a thread with a connection of its own until the block ends.

    A handler that has written no step and reported no progress for the silence limit counts as hung:
    its lease is left to expire.
    """
    is_over = threading.Event()
    thread = threading.Thread(target=_beat, args=(run, is_over), name=f"lease of {run.job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()


def _beat(run: JobRun, is_over: threading.Event) -> None:
    try:
        while not is_over.wait(lease_length().total_seconds() / 3):
            if time.monotonic() - run.last_sign > silence_limit().total_seconds():
                logger.error("job %s (%s) gave no sign for too long: its lease ends", run.job_id, run.kind)
                return
            with for_the_reserve():
                _extend(run)
    finally:
        connection.close()


def _extend(run: JobRun) -> None:
    """One longer lease. A row that a step has locked is passed over: the step extends it itself."""
    held = Job.objects.filter(pk=run.job_id, fence=run.fence, state=Job.State.RUNNING)
    free = held.select_for_update(skip_locked=True, no_key=True).values("pk")
    try:
        with transaction.atomic():
            held.filter(pk__in=free).update(lease_until=Now() + lease_length())
    except DatabaseError:
        logger.exception("could not extend the lease of job %s", run.job_id)
        connection.close()
