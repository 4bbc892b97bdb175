"""Reads of the jobs app."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from jobs.errors import JobNotFound
from jobs.models import Job, JobAttempt, OutboxEvent


@dataclass(frozen=True)
class Progress:
    """How far a job is. `total` is 0 until its handler knows it."""

    state: str
    done: int
    total: int


def get_job(*, job_id: uuid.UUID) -> Job:
    """The job, or the refusal job_not_found."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise JobNotFound(f"no job {job_id}", field="job_id")
    return job


def get_progress(*, job_id: uuid.UUID) -> Progress:
    """How far the job is, or the refusal job_not_found."""
    job = get_job(job_id=job_id)
    return Progress(state=job.state, done=job.progress_done, total=job.progress_total)


def list_attempts(*, job_id: uuid.UUID) -> list[JobAttempt]:
    """Every attempt at the job, oldest first."""
    return list(JobAttempt.objects.filter(job_id=job_id).order_by("number"))


def list_jobs(
    *, state: str | None = None, kind: str | None = None, after: uuid.UUID | None = None, limit: int = 50
) -> list[Job]:
    """Jobs newest first; `after` is the id of the last job of the page before.

    Refusals: job_not_found (`after`).
    """
    jobs = Job.objects.order_by("-created_at", "-id")
    if state is not None:
        jobs = jobs.filter(state=state)
    if kind is not None:
        jobs = jobs.filter(kind=kind)
    if after is not None:
        last = get_job(job_id=after)
        jobs = jobs.filter(Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, id__lt=last.id))
    return list(jobs[:limit])


def list_outbox_events(*, limit: int = 50) -> list[OutboxEvent]:
    """Outbox events, newest first."""
    return list(OutboxEvent.objects.order_by("-created_at", "-id")[:limit])


def count_ready(*, limit: int) -> int:
    """How many jobs could run now, counted up to `limit`; a waiting outbox counts as one more."""
    return _ready_jobs()[:limit].count() + int(waiting_events().filter(available_at__lte=Now()).exists())


def waiting_events() -> QuerySet[OutboxEvent]:
    """Outbox events neither delivered nor given up."""
    return OutboxEvent.objects.filter(delivered_at__isnull=True, dead_at__isnull=True)


def get_database_time() -> datetime:
    """The database's clock, the only one that all processes share."""
    with connection.cursor() as cursor:
        cursor.execute("select statement_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def _ready_jobs() -> QuerySet[Job]:
    return Job.objects.filter(state=Job.State.QUEUED, run_at__lte=Now())
