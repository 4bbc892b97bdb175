"""What the tables of jobs refuse, whoever writes: each named constraint is broken once."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models.functions import Now

from jobs.models import Job, JobAttempt, OutboxEvent, Schedule, ScheduleTick
from jobs.services.attempts import claim_job

pytestmark = pytest.mark.django_db
Queued = Callable[..., Job]


def assert_broken(name: str, write: Callable[[], Any]) -> None:
    """The write is stopped by just this constraint."""
    with pytest.raises(IntegrityError) as stopped:
        write()
    diagnostic = getattr(stopped.value.__cause__, "diag", None)
    assert getattr(diagnostic, "constraint_name", None) == name


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("jobs_job_state_known", {"state": "asleep"}),
        ("jobs_job_lease_while_running", {"state": "running"}),
        ("jobs_job_lease_while_running", {"lease_until": Now()}),
        ("jobs_job_finished_when_ended", {"state": "dead"}),
        ("jobs_job_finished_when_ended", {"finished_at": Now()}),
        ("jobs_job_attempt_limit_positive", {"attempt_limit": 0}),
        ("jobs_job_attempts_within_limit", {"attempts_used": 6}),
        ("jobs_job_progress_in_range", {"progress_done": 2, "progress_total": 1}),
        ("jobs_job_progress_in_range", {"progress_done": -1}),
    ],
)
def test_a_job(name: str, values: dict[str, Any], queued: Queued) -> None:
    queued("sample.refuse")
    assert_broken(name, lambda: Job.objects.update(**values))


def test_two_jobs_with_one_key(queued: Queued) -> None:
    job = queued("sample.refuse")
    assert_broken(
        "jobs_job_dedupe_key_unique",
        lambda: Job.objects.create(kind=job.kind, dedupe_key=job.dedupe_key),
    )


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("jobs_jobattempt_number_unique", {"number": 1, "fence": 2, "outcome": "failed", "ended_at": Now()}),
        ("jobs_jobattempt_fence_unique", {"number": 2, "fence": 1, "outcome": "failed", "ended_at": Now()}),
        ("jobs_jobattempt_one_running", {"number": 2, "fence": 2}),
        ("jobs_jobattempt_outcome_known", {"number": 2, "fence": 2, "outcome": "odd", "ended_at": Now()}),
        ("jobs_jobattempt_ended_when_decided", {"number": 2, "fence": 2, "outcome": "failed"}),
    ],
)
def test_an_attempt(name: str, values: dict[str, Any], queued: Queued) -> None:
    job = queued("sample.refuse")
    claim_job(worker="w")
    assert_broken(name, lambda: JobAttempt.objects.create(job=job, worker="w", **values))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("jobs_schedule_one_rhythm", {"daily_at": time(2)}),
        ("jobs_schedule_one_rhythm", {"every_seconds": None}),
        ("jobs_schedule_interval_positive", {"every_seconds": 0}),
    ],
)
def test_a_schedule(name: str, values: dict[str, Any]) -> None:
    Schedule.objects.create(name="s", kind="sample.refuse", every_seconds=60)
    assert_broken(name, lambda: Schedule.objects.update(**values))


def test_two_schedules_with_one_name() -> None:
    Schedule.objects.create(name="s", kind="sample.refuse", every_seconds=60)
    assert_broken(
        "jobs_schedule_name_unique",
        lambda: Schedule.objects.create(name="s", kind="sample.refuse", every_seconds=60),
    )


def test_one_tick_twice(queued: Queued) -> None:
    job = queued("sample.refuse")
    schedule = Schedule.objects.create(name="s", kind="sample.refuse", every_seconds=60)
    ScheduleTick.objects.create(schedule=schedule, tick=job.created_at, job=job)
    assert_broken(
        "jobs_scheduletick_tick_unique",
        lambda: ScheduleTick.objects.create(schedule=schedule, tick=job.created_at, job=job),
    )


def test_an_event_has_one_key_and_one_end() -> None:
    OutboxEvent.objects.create(topic="mail", dedupe_key="a")
    assert_broken(
        "jobs_outboxevent_one_end", lambda: OutboxEvent.objects.update(delivered_at=Now(), dead_at=Now())
    )


def test_two_events_with_one_key() -> None:
    OutboxEvent.objects.create(topic="mail", dedupe_key="a")
    assert_broken(
        "jobs_outboxevent_dedupe_key_unique",
        lambda: OutboxEvent.objects.create(topic="mail", dedupe_key="a"),
    )
