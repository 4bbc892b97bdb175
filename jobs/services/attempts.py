"""The life of an attempt: claimed, ended well, failed, or found without a sign of life."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from jobs.domain.delays import retry_delay
from jobs.errors import LeaseLost
from jobs.handlers import JobRun, known_kinds
from jobs.models import Job, JobAttempt
from jobs.timing import back_off_base, back_off_cap, lease_length

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """Why an attempt failed: a refusal's code (else empty) and a text for people."""

    code: str
    text: str


def claim_job(*, worker: str) -> JobRun | None:
    """Take the ready job that has waited longest, or None. Jobs that others are taking are passed over.

    Only kinds that this process has a handler for: a worker of an older release leaves newer work alone.
    """
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True, no_key=True)
            .filter(state=Job.State.QUEUED, run_at__lte=Now(), kind__in=known_kinds())
            .order_by("run_at", "id")
            .first()
        )
        if job is None:
            return None
        job.fence += 1
        attempt = JobAttempt.objects.create(job=job, number=job.fence, fence=job.fence, worker=worker)
        Job.objects.filter(pk=job.pk).update(
            state=Job.State.RUNNING,
            fence=job.fence,
            attempts_used=F("attempts_used") + 1,
            lease_until=Now() + lease_length(),
        )
    return JobRun(job=job, attempt=attempt.number)


def complete_attempt(*, run: JobRun) -> None:
    """End the job well. Raises LeaseLost if it isn't this attempt's any more."""
    with transaction.atomic():
        job = _lock_if_held(run)
        if job is None:
            raise LeaseLost(f"job {run.job_id} ended under fence {run.fence}, which it no longer has")
        _end_attempt(run, JobAttempt.Outcome.SUCCEEDED)
        _end_job(job, Job.State.SUCCEEDED)


def fail_attempt(*, run: JobRun, failure: Failure) -> None:
    """Record a failure and queue the job again after a delay, or end it dead when its attempts are spent."""
    with transaction.atomic():
        job = _lock_if_held(run)
        if job is not None:
            _end_attempt(run, JobAttempt.Outcome.FAILED, failure)
            delay = retry_delay(attempts=job.attempts_used, base=back_off_base(), cap=back_off_cap())
            _requeue_or_bury(job, delay)


def sweep_expired_leases() -> int:
    """Take jobs away from workers that gave no sign of life, and queue them again. Returns how many.

    A job in the middle of a step has its row locked and is passed over: its worker's connection lives.
    No delay is added: the lease was the wait.
    """
    with transaction.atomic():
        expired = list(
            Job.objects.select_for_update(skip_locked=True, no_key=True)
            .filter(state=Job.State.RUNNING, lease_until__lt=Now())
            .order_by("id")
        )
        for job in expired:
            logger.warning("lease of job %s (%s) expired, fence %s", job.id, job.kind, job.fence)
            job.attempts.filter(outcome=JobAttempt.Outcome.RUNNING).update(
                outcome=JobAttempt.Outcome.LEASE_EXPIRED,
                ended_at=Now(),
                error="the worker gave no sign of life until the lease ended",
            )
            _requeue_or_bury(job, timedelta(0))
    return len(expired)


def _lock_if_held(run: JobRun) -> Job | None:
    held = Job.objects.select_for_update(no_key=True).filter(
        pk=run.job_id, fence=run.fence, state=Job.State.RUNNING
    )
    return held.first()


def _end_attempt(run: JobRun, outcome: JobAttempt.Outcome, failure: Failure | None = None) -> None:
    JobAttempt.objects.filter(job_id=run.job_id, number=run.attempt).update(
        outcome=outcome,
        ended_at=Now(),
        error_code=failure.code if failure else "",
        error=failure.text if failure else "",
    )


def _requeue_or_bury(job: Job, delay: timedelta) -> None:
    if job.attempts_used >= job.attempt_limit:
        _end_job(job, Job.State.DEAD)
    else:
        Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, run_at=Now() + delay, lease_until=None)


def _end_job(job: Job, state: Job.State) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, lease_until=None, finished_at=Now())
