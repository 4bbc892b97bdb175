"""What the tests of jobs share: the sample handlers' table, and quick ways to age a job."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

import tests.jobs.sample.tasks  # noqa: F401 - registers the sample kinds
from jobs.models import Job
from jobs.services import enqueue_job
from tests.jobs.sample.effects import make_temporary_effect_table


@pytest.fixture
def queued(db: None) -> Callable[..., Job]:
    """Makes a queued job of a sample kind: `queued("sample.refuse", attempt_limit=2)`."""
    count = 0

    def make(kind: str, *, attempt_limit: int = 5, **payload: Any) -> Job:
        nonlocal count
        count += 1
        return enqueue_job(
            kind=kind, dedupe_key=f"{kind}:{count}", payload=payload, attempt_limit=attempt_limit
        )

    return make


def make_ready(job: Job) -> None:
    """Let the back-off of a queued job be over."""
    Job.objects.filter(pk=job.pk).update(run_at=Now())


def let_lease_expire(job: Job) -> None:
    """Let the lease of a running job have ended a second ago."""
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))


@pytest.fixture
def effect_table(db: None) -> None:
    """The sample handlers' table, gone with the test."""
    make_temporary_effect_table()
