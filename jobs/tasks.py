"""The one Celery task, which says only "there is work"; and the one job of the jobs app itself."""

from celery import shared_task

from jobs.handlers import JobRun, declare_schedule, job_handler
from jobs.notes import WORK_TASK, offer_work
from jobs.services.retention import discard_old_ticks
from jobs.turns import take_turn


@shared_task(name=WORK_TASK, ignore_result=True)
def work() -> None:
    """Take a turn, and leave a note if there is more to do."""
    if take_turn():
        offer_work()


DISCARD_TICKS = "jobs.discard_ticks"
TICKS_A_STEP = 500


@job_handler(DISCARD_TICKS)
def discard_ticks(run: JobRun) -> None:
    """Delete what scheduled jobs left behind long enough ago, some in each step."""
    discarded = 0
    is_done = False
    while not is_done:
        with run.step():
            count = discard_old_ticks(limit=TICKS_A_STEP)
            discarded += count
            is_done = count == 0
            run.set_result({"discarded": discarded})


declare_schedule(name=DISCARD_TICKS, kind=DISCARD_TICKS, every_seconds=3600)
