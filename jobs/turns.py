"""A turn: what a worker process does when a note comes, and also, unasked, every few seconds.

The second makes the first a mere matter of speed. A broker that is away, has lost everything, or keeps a
worker waiting on a dead connection (which Celery's worker may do for a minute, and has done for good)
delays work by a few seconds and stops none.
"""

import logging
import os
import socket
import threading
from typing import Any

from celery.signals import worker_process_init, worker_process_shutdown
from django.conf import settings
from django.db import connections

from jobs.runner import run_ready_jobs
from jobs.selectors import count_ready
from jobs.services.outbox import dispatch_outbox
from tenancy import for_the_reserve

# After this long a turn ends with the job at hand and leaves a note for whoever is free.
TURN_SECONDS = 5.0

logger = logging.getLogger(__name__)
_turn = threading.Lock()
_is_stopping = threading.Event()


def take_turn() -> bool:
    """Run what is ready and send what has to leave; True if there is more.

    Does nothing if a turn is under way in this process: one process runs one job at a time.
    """
    if not _turn.acquire(blocking=False):
        return False
    try:
        # To find the work; each job then works for the firm that it names.
        with for_the_reserve():
            run_ready_jobs(worker=f"{socket.gethostname()}:{os.getpid()}", seconds=TURN_SECONDS)
            dispatch_outbox()
            return count_ready(limit=1) > 0
    finally:
        _turn.release()


@worker_process_init.connect
def look_regularly(**_: Any) -> None:
    """Begin to look for work unasked, in a thread of each of the worker's processes."""
    threading.Thread(target=_look_until_stopped, name="looks for work", daemon=True).start()


@worker_process_shutdown.connect
def finish_turn(**_: Any) -> None:
    """Let the job at hand end before the process does."""
    _is_stopping.set()
    _turn.acquire()


def _look_until_stopped() -> None:
    while not _is_stopping.wait(settings.STRONGROOM_WORKER_LOOK_SECONDS):
        try:
            while take_turn() and not _is_stopping.is_set():
                pass
        except Exception:
            logger.exception("a look for work failed, the next one tries again")
        finally:
            connections.close_all()
