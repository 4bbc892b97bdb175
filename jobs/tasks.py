"""The one Celery task. It says only "there is work"; which, the worker reads from the job table."""

from celery import shared_task

from jobs.notes import WORK_TASK, offer_work
from jobs.turns import take_turn


@shared_task(name=WORK_TASK, ignore_result=True)
def work() -> None:
    """Take a turn, and leave a note if there is more to do."""
    if take_turn():
        offer_work()
