"""Jobs of the ledger."""

from django.utils import timezone

from jobs.handlers import JobRun, declare_schedule, job_handler
from ledger.selectors import find_settled_journal_id, get_rolled_up_journal_id
from ledger.services import (
    record_verification,
    roll_up_totals,
    run_full_verification,
    run_new_verification,
    seal_next,
    void_expired,
)
from ledger.services.seals import MOST_JOURNALS_A_SEAL
from ledger.services.verifications import Examination
from ledger.verification.lanes import Progress

EXPIRE_PENDING = "ledger.expire_pending"
ROLL_UP = "ledger.roll_up"
SEAL = "ledger.seal"
VERIFY_NEW = "ledger.verify_new"
VERIFY_ALL = "ledger.verify_all"
PENDINGS_A_STEP = 500
EXPIRE_EVERY_SECONDS = 60
# A balance reads what was posted since the last roll-up, so this bounds how much that is.
ROLL_UP_EVERY_SECONDS = 5
SEAL_EVERY_SECONDS = 15
VERIFY_NEW_EVERY_SECONDS = 60
VERIFY_ALL_EVERY_SECONDS = 24 * 60 * 60


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


@job_handler(SEAL)
def seal(run: JobRun) -> None:
    """Seal every journal that is decided, a block in each step. What isn't decided waits for the next run."""
    settled = find_settled_journal_id()
    if settled is None:
        run.set_result({"sealed": 0, "is_waiting": True})
        return
    sealed = 0
    is_done = False
    while not is_done:
        with run.step():
            count = seal_next(settled=settled, most_journals=MOST_JOURNALS_A_SEAL)
            sealed += count
            is_done = count < MOST_JOURNALS_A_SEAL
            run.set_result({"sealed": sealed, "is_waiting": False})


@job_handler(VERIFY_NEW)
def verify_new(run: JobRun) -> None:
    """Verify what was sealed since the last clean verification."""
    _record(run, run_new_verification(on_progress=_teller(run)))


@job_handler(VERIFY_ALL)
def verify_all(run: JobRun) -> None:
    """Verify everything from scratch."""
    _record(run, run_full_verification(on_progress=_teller(run)))


def _teller(run: JobRun) -> Progress:
    """Reports how far the verification is, once for each part that is done."""
    told = -1

    def tell(done: int, total: int) -> None:
        nonlocal told
        if done > told:
            told = done
            run.report_progress(done=done, total=total)

    return tell


def _record(run: JobRun, examination: Examination) -> None:
    with run.step():
        verification = record_verification(examination=examination)
        run.set_result({"verification": verification.id, "findings": verification.finding_count})


declare_schedule(name=EXPIRE_PENDING, kind=EXPIRE_PENDING, every_seconds=EXPIRE_EVERY_SECONDS)
declare_schedule(name=ROLL_UP, kind=ROLL_UP, every_seconds=ROLL_UP_EVERY_SECONDS)
declare_schedule(name=SEAL, kind=SEAL, every_seconds=SEAL_EVERY_SECONDS)
declare_schedule(name=VERIFY_NEW, kind=VERIFY_NEW, every_seconds=VERIFY_NEW_EVERY_SECONDS)
declare_schedule(name=VERIFY_ALL, kind=VERIFY_ALL, every_seconds=VERIFY_ALL_EVERY_SECONDS)
