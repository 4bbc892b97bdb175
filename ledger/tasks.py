"""Jobs of the ledger."""

from django.utils import timezone

from jobs.handlers import JobRun, job_handler
from ledger.services import void_expired

EXPIRE_PENDING = "ledger.expire_pending"
PENDINGS_A_STEP = 500


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
