"""Enqueue, cancel and replay: one job per dedupe key, and every way out of a state that has none."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.errors import (
    JobKeyConflict,
    JobNotCancellable,
    JobNotFound,
    JobNotReplayable,
    MalformedJob,
    UnknownJobKind,
)
from jobs.models import Job, JobAttempt
from jobs.runner import run_ready_jobs
from jobs.services import cancel_job, enqueue_job, replay_job
from jobs.services.attempts import claim_job

pytestmark = pytest.mark.django_db
Queued = Callable[..., Job]


class TestEnqueue:
    def test_a_job_waits_queued_with_its_payload(self) -> None:
        job = enqueue_job(kind="sample.steps", dedupe_key="a", payload={"steps": 2, "marks": ("x", None)})
        assert (job.state, job.fence, job.attempts_used) == ("queued", 0, 0)
        assert job.payload == {"steps": 2, "marks": ["x", None]}
        assert job.run_at == job.created_at

    def test_the_same_key_and_content_give_the_standing_job(self) -> None:
        first = enqueue_job(kind="sample.steps", dedupe_key="a", payload={"steps": 2})
        assert enqueue_job(kind="sample.steps", dedupe_key="a", payload={"steps": 2}) == first
        assert Job.objects.count() == 1

    @pytest.mark.parametrize(("kind", "steps"), [("sample.steps", 3), ("sample.refuse", 2)])
    def test_the_same_key_for_other_content_is_refused(self, kind: str, steps: int) -> None:
        standing = enqueue_job(kind="sample.steps", dedupe_key="a", payload={"steps": 2})
        with pytest.raises(JobKeyConflict) as refused:
            enqueue_job(kind=kind, dedupe_key="a", payload={"steps": steps})
        assert refused.value.details == {"job_id": str(standing.id)}

    def test_an_ended_job_is_not_run_again_by_enqueuing_it_again(self, queued: Queued) -> None:
        job = cancel_job(job_id=queued("sample.steps", steps=0).id)
        again = enqueue_job(kind=job.kind, dedupe_key=job.dedupe_key, payload=job.payload)
        assert again.state == "cancelled"

    def test_a_job_for_later_is_not_run_before(self) -> None:
        later = timezone.now() + timedelta(hours=1)
        enqueue_job(kind="sample.poison", dedupe_key="a", payload={}, run_at=later)
        assert run_ready_jobs(worker="w") == 0

    def test_an_unknown_kind_is_refused(self) -> None:
        with pytest.raises(UnknownJobKind):
            enqueue_job(kind="sample.nothing", dedupe_key="a", payload={})

    @pytest.mark.parametrize("key", ["", "x" * 201])
    def test_a_key_has_1_to_200_characters(self, key: str) -> None:
        with pytest.raises(MalformedJob):
            enqueue_job(kind="sample.refuse", dedupe_key=key, payload={})

    @pytest.mark.parametrize("limit", [0, -1])
    def test_a_job_has_at_least_one_attempt(self, limit: int) -> None:
        with pytest.raises(MalformedJob):
            enqueue_job(kind="sample.refuse", dedupe_key="a", payload={}, attempt_limit=limit)
        assert not Job.objects.exists()

    def test_workers_are_told_when_the_caller_commits(
        self, django_capture_on_commit_callbacks: Callable[..., list[Callable[[], object]]]
    ) -> None:
        with django_capture_on_commit_callbacks() as told:  # type: ignore[attr-defined]
            enqueue_job(kind="sample.refuse", dedupe_key="a", payload={})
            enqueue_job(kind="sample.refuse", dedupe_key="a", payload={})
        assert [callback.__name__ for callback in told] == ["offer_work"]


class TestCancel:
    def test_a_queued_job_ends_without_running(self, queued: Queued) -> None:
        job = cancel_job(job_id=queued("sample.poison").id)
        assert job.state == "cancelled"
        assert job.finished_at is not None
        assert run_ready_jobs(worker="w") == 0

    def test_a_running_job_ends_and_its_attempt_says_so(self, queued: Queued) -> None:
        job = queued("sample.steps", steps=1)
        claim_job(worker="w")
        assert cancel_job(job_id=job.id).state == "cancelled"
        assert JobAttempt.objects.get(job=job).outcome == "cancelled"

    def test_an_ended_job_can_not_be_cancelled(self, queued: Queued) -> None:
        job = cancel_job(job_id=queued("sample.refuse").id)
        with pytest.raises(JobNotCancellable) as refused:
            cancel_job(job_id=job.id)
        assert refused.value.details == {"state": "cancelled"}

    def test_a_job_that_does_not_exist_is_not_found(self) -> None:
        with pytest.raises(JobNotFound):
            cancel_job(job_id=uuid.uuid4())


class TestReplay:
    def test_a_dead_job_gets_all_its_attempts_again_and_keeps_its_history(self, queued: Queued) -> None:
        job = queued("sample.refuse", attempt_limit=1)
        run_ready_jobs(worker="w")
        replayed = replay_job(job_id=job.id)
        assert (replayed.state, replayed.attempts_used, replayed.finished_at) == ("queued", 0, None)
        assert run_ready_jobs(worker="w") == 1
        assert list(job.attempts.order_by("number").values_list("number", "outcome")) == [
            (1, "failed"),
            (2, "failed"),
        ]

    def test_a_cancelled_job_can_be_replayed(self, queued: Queued) -> None:
        job = cancel_job(job_id=queued("sample.refuse").id)
        assert replay_job(job_id=job.id).state == "queued"

    def test_a_job_that_is_queued_running_or_done_can_not(self, queued: Queued) -> None:
        job = queued("sample.refuse", attempt_limit=2)
        with pytest.raises(JobNotReplayable):
            replay_job(job_id=job.id)
        claim_job(worker="w")
        with pytest.raises(JobNotReplayable):
            replay_job(job_id=job.id)

    def test_a_job_that_does_not_exist_is_not_found(self) -> None:
        with pytest.raises(JobNotFound):
            replay_job(job_id=uuid.uuid4())
