"""The one Celery task. It says only "there is work"; which, it reads from the job table."""

import os
import socket

from celery import shared_task

from jobs.notes import WORK_TASK, offer_work
from jobs.runner import run_ready_jobs
from jobs.selectors import count_ready
from jobs.services.outbox import dispatch_outbox

# After this long a process ends the task and leaves a note for whoever is free, so that a worker told to
# stop waits for one job and not for the whole queue.
TURN_SECONDS = 5.0


@shared_task(name=WORK_TASK, ignore_result=True)
def work() -> None:
    """Run what is ready, send what has to leave, and leave a note if there is more."""
    run_ready_jobs(worker=f"{socket.gethostname()}:{os.getpid()}", seconds=TURN_SECONDS)
    dispatch_outbox()
    if count_ready(limit=1):
        offer_work()
