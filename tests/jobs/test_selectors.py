"""Reads: pages that neither skip nor repeat, filters, progress, the count that wakes the workers."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.errors import JobNotFound
from jobs.models import Job
from jobs.runner import run_ready_jobs
from jobs.selectors import count_ready, get_job, get_progress, list_attempts, list_jobs
from jobs.services import cancel_job, enqueue_job, record_outbox_event
from jobs.services.attempts import claim_job

pytestmark = pytest.mark.django_db
Queued = Callable[..., Job]


def test_pages_hold_every_job_once_newest_first_even_with_equal_times(queued: Queued) -> None:
    for _ in range(7):
        queued("sample.refuse")
    Job.objects.update(created_at=timezone.now())
    newest = queued("sample.refuse")
    seen: list[Job] = []
    while page := list_jobs(after=seen[-1].id if seen else None, limit=3):
        seen += page
    assert seen[0] == newest
    assert len(seen) == len({job.id for job in seen}) == 8


def test_jobs_are_filtered_by_state_and_kind(queued: Queued) -> None:
    queued("sample.refuse")
    steps = queued("sample.steps", steps=1)
    cancelled = cancel_job(job_id=queued("sample.steps", steps=2).id)
    assert list_jobs(kind="sample.steps", state="queued") == [steps]
    assert list_jobs(state="cancelled") == [cancelled]


def test_a_page_after_a_job_that_does_not_exist_is_refused() -> None:
    with pytest.raises(JobNotFound):
        list_jobs(after=uuid.uuid4())


def test_progress_is_read_while_the_job_runs(queued: Queued) -> None:
    job = queued("sample.steps", steps=3)
    run = claim_job(worker="w")
    assert run is not None
    run.report_progress(done=1, total=3)
    progress = get_progress(job_id=job.id)
    assert (progress.state, progress.done, progress.total) == ("running", 1, 3)


def test_attempts_are_listed_oldest_first(queued: Queued) -> None:
    job = queued("sample.refuse", attempt_limit=2)
    for _ in range(2):
        Job.objects.update(run_at=job.run_at)
        run_ready_jobs(worker="w")
    assert [attempt.number for attempt in list_attempts(job_id=job.id)] == [1, 2]


def test_a_job_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(JobNotFound):
        get_job(job_id=uuid.uuid4())


def test_only_what_could_run_now_is_counted_and_only_up_to_the_limit(queued: Queued) -> None:
    later = timezone.now() + timedelta(hours=1)
    enqueue_job(kind="sample.refuse", dedupe_key="later", payload={}, run_at=later)
    assert count_ready(limit=5) == 0
    for _ in range(3):
        queued("sample.refuse")
    assert [count_ready(limit=5), count_ready(limit=2)] == [3, 2]


def test_a_waiting_outbox_counts_as_one(queued: Queued) -> None:
    for number in range(3):
        record_outbox_event(topic="mail", dedupe_key=str(number), payload={})
    assert count_ready(limit=5) == 1
