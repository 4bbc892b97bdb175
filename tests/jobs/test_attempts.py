"""The life of an attempt: back-off, death after the last one, expiry seen in the history, the fence."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from jobs.errors import LeaseLost
from jobs.handlers import JobRun
from jobs.models import Job, JobAttempt
from jobs.runner import run_attempt, run_ready_jobs
from jobs.services import cancel_job
from jobs.services.attempts import claim_job, complete_attempt, sweep_expired_leases
from tests.jobs.conftest import let_lease_expire, make_ready
from tests.jobs.sample.effects import steps_done

pytestmark = pytest.mark.django_db
Queued = Callable[..., Job]


def claim() -> JobRun:
    """Claim the one ready job."""
    run = claim_job(worker="a worker")
    assert run is not None
    return run


def outcomes(job: Job) -> list[str]:
    """Outcomes of the job's attempts, oldest first."""
    return list(JobAttempt.objects.filter(job=job).order_by("number").values_list("outcome", flat=True))


class TestClaim:
    def test_the_job_that_waited_longest_comes_first(self, queued: Queued) -> None:
        jobs = [queued("sample.refuse") for _ in range(3)]
        Job.objects.filter(pk=jobs[1].pk).update(run_at=jobs[0].run_at - timedelta(minutes=1))
        assert [claim().job_id for _ in range(3)] == [jobs[1].id, jobs[0].id, jobs[2].id]

    def test_a_claim_takes_a_lease_a_higher_fence_and_one_attempt(self, queued: Queued) -> None:
        job = queued("sample.refuse")
        run = claim()
        job.refresh_from_db()
        assert (job.state, job.fence, job.attempts_used) == ("running", 1, 1)
        assert job.lease_until is not None
        attempt = JobAttempt.objects.get(job=job)
        assert (attempt.worker, attempt.fence, attempt.outcome) == ("a worker", run.fence, "running")
        assert job.lease_until - attempt.started_at >= timedelta(seconds=30)

    def test_a_running_job_is_not_claimed_again(self, queued: Queued) -> None:
        queued("sample.refuse")
        claim()
        assert claim_job(worker="another") is None

    def test_a_kind_that_this_release_does_not_know_is_left_alone(self, queued: Queued) -> None:
        job = queued("sample.refuse")
        Job.objects.filter(pk=job.pk).update(kind="of.a_newer_release")
        assert run_ready_jobs(worker="w") == 0
        job.refresh_from_db()
        assert job.state == "queued"


class TestFailure:
    def test_a_refusal_is_recorded_with_its_code(self, queued: Queued) -> None:
        job = queued("sample.refuse")
        run_ready_jobs(worker="w")
        attempt = JobAttempt.objects.get(job=job)
        assert (attempt.outcome, attempt.error_code) == ("failed", "sample_refusal")
        assert attempt.error == "this never works"
        assert attempt.ended_at is not None

    def test_any_other_exception_is_recorded_with_the_end_of_its_traceback(self, queued: Queued) -> None:
        job = queued("sample.steps", nothing=1)
        run_ready_jobs(worker="w")
        attempt = JobAttempt.objects.get(job=job)
        assert (attempt.outcome, attempt.error_code) == ("failed", "")
        assert attempt.error.endswith("KeyError: 'steps'\n")
        assert "run_steps" in attempt.error

    def test_the_next_attempt_waits_twice_as_long_each_time(self, queued: Queued, settings: Settings) -> None:
        settings.STRONGROOM_JOB_BACK_OFF_SECONDS = 5
        job = queued("sample.refuse", attempt_limit=4)
        waits = []
        for number in (1, 2, 3):
            assert run_ready_jobs(worker="w") == 1
            assert run_ready_jobs(worker="w") == 0
            job.refresh_from_db()
            ended = JobAttempt.objects.get(job=job, number=number).ended_at
            assert ended is not None
            waits.append(round((job.run_at - ended).total_seconds()))
            make_ready(job)
        assert waits == [5, 10, 20]

    def test_the_last_attempt_failed_means_dead(self, queued: Queued) -> None:
        job = queued("sample.refuse", attempt_limit=2)
        for _ in range(3):
            run_ready_jobs(worker="w")
            make_ready(job)
        job.refresh_from_db()
        assert (job.state, job.attempts_used) == ("dead", 2)
        assert job.finished_at is not None
        assert outcomes(job) == ["failed", "failed"]


class TestExpiry:
    def test_an_expired_lease_is_visible_and_the_job_ready_at_once(self, queued: Queued) -> None:
        job = queued("sample.refuse")
        claim()
        let_lease_expire(job)
        assert sweep_expired_leases() == 1
        assert outcomes(job) == ["lease_expired"]
        assert claim().job_id == job.id

    def test_a_lease_that_has_not_ended_is_left_alone(self, queued: Queued) -> None:
        queued("sample.refuse")
        claim()
        assert sweep_expired_leases() == 0

    def test_a_job_that_kills_its_worker_each_time_ends_dead(self, queued: Queued) -> None:
        job = queued("sample.poison", attempt_limit=3)
        for _ in range(3):
            claim()
            let_lease_expire(job)
            sweep_expired_leases()
        job.refresh_from_db()
        assert job.state == "dead"
        assert outcomes(job) == ["lease_expired"] * 3

    def test_running_ready_jobs_sweeps_first(self, queued: Queued) -> None:
        job = queued("sample.refuse")
        claim()
        let_lease_expire(job)
        assert run_ready_jobs(worker="w") == 1
        assert outcomes(job) == ["lease_expired", "failed"]


class TestFence:
    """An attempt that was overtaken writes nothing, whatever it still does."""

    @pytest.fixture
    def overtaken(self, queued: Queued, effect_table: None) -> JobRun:
        """A run whose lease expired; its job waits for another attempt."""
        job = queued("sample.steps", steps=2)
        run = claim()
        let_lease_expire(job)
        sweep_expired_leases()
        return run

    def test_its_steps_write_nothing(self, overtaken: JobRun) -> None:
        run_attempt(overtaken)
        assert steps_done(overtaken.job_id) == []
        assert Job.objects.get(pk=overtaken.job_id).state == "queued"

    def test_it_can_not_end_the_job_well(self, overtaken: JobRun) -> None:
        with pytest.raises(LeaseLost):
            complete_attempt(run=overtaken)

    def test_its_failure_is_not_the_new_attempt_s(self, overtaken: JobRun) -> None:
        newer = claim()
        overtaken.payload = {}
        run_attempt(overtaken)
        job = Job.objects.get(pk=overtaken.job_id)
        assert (job.state, job.fence) == ("running", newer.fence)
        assert outcomes(job) == ["lease_expired", "running"]

    def test_the_new_attempt_does_the_work(self, overtaken: JobRun) -> None:
        newer = claim()
        run_attempt(overtaken)
        run_attempt(newer)
        assert steps_done(overtaken.job_id) == [0, 1]
        assert Job.objects.get(pk=overtaken.job_id).state == "succeeded"

    def test_an_expired_lease_that_nobody_swept_is_still_its_own(
        self, queued: Queued, effect_table: None
    ) -> None:
        job = queued("sample.steps", steps=1)
        run = claim()
        let_lease_expire(job)
        run_attempt(run)
        assert outcomes(job) == ["succeeded"]

    def test_a_cancelled_job_stops_before_its_next_step(self, queued: Queued, effect_table: None) -> None:
        job = queued("sample.steps", steps=2)
        run = claim()
        with run.step():
            pass
        cancel_job(job_id=job.id)
        run_attempt(run)
        assert steps_done(job.id) == []
        assert outcomes(job) == ["cancelled"]
