"""What a handler is given: steps that hold the job, progress and a result that survive, a list of kinds."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from jobs.errors import MalformedJob, UnknownJobKind
from jobs.handlers import JobRun, get_handler, job_handler, known_kinds
from jobs.models import Job
from jobs.runner import run_ready_jobs
from jobs.services.attempts import claim_job
from tests.jobs.sample.effects import leave_effect, steps_done

pytestmark = pytest.mark.django_db
Queued = Callable[..., Job]


@pytest.fixture
def run(queued: Queued, effect_table: None) -> JobRun:
    """One claimed attempt."""
    queued("sample.steps", steps=3)
    claimed = claim_job(worker="w")
    assert claimed is not None
    return claimed


def stored(run: JobRun) -> Job:
    """The job as the database has it."""
    return Job.objects.get(pk=run.job_id)


class TestStep:
    def test_a_step_extends_the_lease(self, run: JobRun) -> None:
        Job.objects.update(lease_until=Now())
        with run.step():
            pass
        job = Job.objects.annotate(now=Now()).get(pk=run.job_id)
        assert job.lease_until is not None
        assert job.lease_until - job.now > timedelta(seconds=25)

    def test_a_step_that_raises_writes_nothing(self, run: JobRun) -> None:
        def break_off() -> None:
            with run.step():
                leave_effect(run.job_id, 0, run.attempt)
                run.report_progress(done=1, total=3)
                raise KeyError("broken")

        with pytest.raises(KeyError):
            break_off()
        assert steps_done(run.job_id) == []
        with run.step():
            pass
        assert stored(run).progress_done == 0

    def test_a_step_within_a_step_is_a_mistake(self, run: JobRun) -> None:
        with pytest.raises(RuntimeError, match="durable"), run.step(), run.step():
            pass

    def test_a_step_costs_two_statements(
        self, run: JobRun, django_assert_num_queries: Callable[..., object]
    ) -> None:
        # The other two are the savepoint and its release, a transaction outside of tests.
        with django_assert_num_queries(4), run.step():  # type: ignore[attr-defined]
            run.report_progress(done=1, total=3)


class TestProgressAndResult:
    def test_inside_a_step_they_are_written_with_it(self, run: JobRun) -> None:
        with run.step():
            run.report_progress(done=1, total=3)
            run.set_result({"lines": 7})
            assert stored(run).progress_done == 0
        job = stored(run)
        assert (job.progress_done, job.progress_total, job.result) == (1, 3, {"lines": 7})

    def test_outside_a_step_they_are_written_at_once(self, run: JobRun) -> None:
        run.report_progress(done=2, total=3)
        assert stored(run).progress_done == 2

    @pytest.mark.parametrize(("done", "total"), [(4, 3), (-1, 3)])
    def test_progress_is_between_nothing_and_everything(self, run: JobRun, done: int, total: int) -> None:
        with pytest.raises(MalformedJob):
            run.report_progress(done=done, total=total)

    def test_a_result_with_a_float_is_refused(self, run: JobRun) -> None:
        with pytest.raises(MalformedJob, match="result"):
            run.set_result({"mass": 0.5})  # type: ignore[dict-item]

    def test_a_whole_run_leaves_progress_and_result(self, queued: Queued, effect_table: None) -> None:
        job = queued("sample.steps", steps=3)
        run_ready_jobs(worker="w")
        job.refresh_from_db()
        assert (job.state, job.progress_done, job.progress_total) == ("succeeded", 3, 3)
        assert job.result == {"steps": 3}


class TestKinds:
    def test_each_app_s_tasks_are_found_without_being_asked_for(self) -> None:
        assert "sample.steps" in known_kinds()

    def test_an_unknown_kind_is_refused(self) -> None:
        with pytest.raises(UnknownJobKind) as refused:
            get_handler("nobody.home")
        assert refused.value.field == "kind"

    def test_one_kind_has_one_handler(self) -> None:
        with pytest.raises(ValueError, match="two handlers"):

            @job_handler("sample.steps")
            def other(run: JobRun) -> None: ...
