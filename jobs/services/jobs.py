"""Put work on the record, take it off, try it again."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from errors import refusals_of_constraints
from jobs.domain.payloads import JSON, require_fit
from jobs.errors import JobKeyConflict, JobNotCancellable, JobNotFound, JobNotReplayable, MalformedJob
from jobs.handlers import get_handler
from jobs.models import Job, JobAttempt
from jobs.notes import offer_work


def enqueue_job(
    *,
    kind: str,
    dedupe_key: str,
    payload: Mapping[str, JSON],
    run_at: datetime | None = None,
    attempt_limit: int = 5,
    firm_id: uuid.UUID | None = None,
) -> Job:
    """Record a job in the caller's transaction and tell the workers when that commits.

    With `firm_id` it will see that firm's data alone, without it works for the reserve.
    A job that has the dedupe key already is returned as it is, whatever its state.
    Refusals: unknown_job_kind, malformed_job, job_key_conflict (same key, other kind,
    payload or firm).
    """
    get_handler(kind)
    _require_key(dedupe_key)
    plain = require_fit(payload)
    job = Job(kind=kind, dedupe_key=dedupe_key, payload=plain, attempt_limit=attempt_limit, firm_id=firm_id)
    if run_at is not None:
        job.run_at = run_at
    with transaction.atomic(), refusals_of_constraints():
        Job.objects.bulk_create([job], ignore_conflicts=True)
    standing = Job.objects.get(dedupe_key=dedupe_key)
    if (standing.kind, standing.payload, standing.firm_id) != (kind, plain, firm_id):
        raise JobKeyConflict(
            f"dedupe key {dedupe_key!r} already stands for another job",
            field="dedupe_key",
            job_id=str(standing.id),
        )
    if standing.id == job.id:
        transaction.on_commit(offer_work, robust=True)
    return standing


def cancel_job(*, job_id: uuid.UUID) -> Job:
    """End a job that has not ended. A running one stops before its next step.

    Refusals: job_not_found, job_not_cancellable.
    """
    with transaction.atomic():
        job = _lock_job(job_id)
        if job.state in Job.ENDED:
            raise JobNotCancellable(f"job {job_id} is already {job.state}", state=job.state)
        job.attempts.filter(outcome=JobAttempt.Outcome.RUNNING).update(
            outcome=JobAttempt.Outcome.CANCELLED, ended_at=Now()
        )
        Job.objects.filter(pk=job_id).update(state=Job.State.CANCELLED, lease_until=None, finished_at=Now())
        job.refresh_from_db()
    return job


def replay_job(*, job_id: uuid.UUID) -> Job:
    """Queue a dead or cancelled job anew with all its attempts to spend; its history stays.

    Refusals: job_not_found, job_not_replayable.
    """
    with transaction.atomic():
        job = _lock_job(job_id)
        if job.state not in (Job.State.DEAD, Job.State.CANCELLED):
            raise JobNotReplayable(f"job {job_id} is {job.state}, not dead or cancelled", state=job.state)
        Job.objects.filter(pk=job_id).update(
            state=Job.State.QUEUED, run_at=Now(), attempts_used=0, finished_at=None
        )
        job.refresh_from_db()
        transaction.on_commit(offer_work, robust=True)
    return job


def _lock_job(job_id: uuid.UUID) -> Job:
    job = Job.objects.select_for_update(no_key=True).filter(pk=job_id).first()
    if job is None:
        raise JobNotFound(f"no job {job_id}", field="job_id")
    return job


def _require_key(dedupe_key: str) -> None:
    if not 0 < len(dedupe_key) <= 200:
        raise MalformedJob("a dedupe key has 1 to 200 characters", field="dedupe_key")
