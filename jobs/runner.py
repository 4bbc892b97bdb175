"""Runs ready jobs in this process. Celery's task calls it, tests call it."""

import logging
import time
import traceback

from django.db import DatabaseError, connection

from errors import Refusal
from jobs.errors import LeaseLost
from jobs.handlers import JobRun, get_handler
from jobs.heartbeat import keep_lease
from jobs.services.attempts import Failure, claim_job, complete_attempt, fail_attempt, sweep_expired_leases
from tenancy import for_firm, for_the_reserve

ERROR_TEXT_LIMIT = 4000

logger = logging.getLogger(__name__)


def run_ready_jobs(*, worker: str, limit: int | None = None, seconds: float | None = None) -> int:
    """Run ready jobs one after the other until none is ready. Returns how many ran.

    Stops early after `limit` jobs, or with the first job that ends after `seconds`.
    `worker` is the name that the attempts show.
    """
    sweep_expired_leases()
    started = time.monotonic()
    count = 0
    while limit is None or count < limit:
        run = claim_job(worker=worker)
        if run is None:
            break
        run_attempt(run)
        count += 1
        if seconds is not None and time.monotonic() - started > seconds:
            break
    return count


def run_attempt(run: JobRun) -> None:
    """Call the handler and record how it ended. Whatever the handler raises is recorded, not raised."""
    try:
        with keep_lease(run), for_the_reserve() if run.firm_id is None else for_firm(run.firm_id):
            get_handler(run.kind)(run)
        complete_attempt(run=run)
    except LeaseLost as lost:
        logger.warning("%s: left to the attempt that holds it", lost)
    except Exception as error:
        logger.exception("attempt %s of job %s (%s) failed", run.attempt, run.job_id, run.kind)
        _record_failure(run, describe_failure(error))


def describe_failure(error: Exception) -> Failure:
    """What to keep of an exception: a refusal's code and sentence, else the end of the traceback."""
    if isinstance(error, Refusal):
        return Failure(code=error.code, text=error.message)
    return Failure(code="", text="".join(traceback.format_exception(error))[-ERROR_TEXT_LIMIT:])


def _record_failure(run: JobRun, failure: Failure) -> None:
    try:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        fail_attempt(run=run, failure=failure)
    except DatabaseError:
        logger.exception("could not record a failure of job %s: its lease will expire", run.job_id)
