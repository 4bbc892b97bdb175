"""Jobs of the ledger."""

from django.utils import timezone

from jobs.handlers import JobRun, declare_schedule, job_handler
from ledger.selectors import get_rolled_up_journal_id
from ledger.services import find_settled_journal_id, roll_up_totals, void_expired

EXPIRE_PENDING = "ledger.expire_pending"
ROLL_UP = "ledger.roll_up"
PENDINGS_A_STEP = 500
EXPIRE_EVERY_SECONDS = 60
# A balance reads what was posted since the last roll-up, so this bounds how much that is.
ROLL_UP_EVERY_SECONDS = 5


@job_handler(EXPIRE_PENDING)
def expire_pending(run: JobRun) -> None:
    """Void every pending transfer whose time has run out, some in each step."""
    now = timezone.now()
    voided = 0
    is_done = False
    while not is_done:
        with run.step():
            count = void_expired(now=now, limit=PENDINGS_A_STEP)
            voided += count
            is_done = count < PENDINGS_A_STEP
            run.set_result({"voided": voided})


@job_handler(ROLL_UP)
def roll_up(run: JobRun) -> None:
    """Bring the running totals up to the last settled journal, a block in each step."""
    settled = find_settled_journal_id()
    reached = get_rolled_up_journal_id()
    while settled is not None and reached < settled:
        with run.step():
            reached = roll_up_totals(until_journal_id=settled)
            run.set_result({"journal_id": reached})


declare_schedule(name=EXPIRE_PENDING, kind=EXPIRE_PENDING, every_seconds=EXPIRE_EVERY_SECONDS)
declare_schedule(name=ROLL_UP, kind=ROLL_UP, every_seconds=ROLL_UP_EVERY_SECONDS)
