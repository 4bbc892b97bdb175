"""Races for a job between threads with connections of their own: one worker gets it, one effect per step."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

import tests.jobs.sample.tasks  # noqa: F401 - registers the sample kinds
from jobs.models import Job, JobAttempt, Schedule
from jobs.runner import run_ready_jobs
from jobs.services import define_schedule, enqueue_job
from jobs.services.attempts import claim_job, sweep_expired_leases
from jobs.services.schedules import enqueue_due_ticks
from tests.jobs.sample.effects import make_effect_table, steps_done


@pytest.fixture(autouse=True)
def _committed(committed_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits are real; no worker is told, the threads of the test are the workers."""
    monkeypatch.setattr("jobs.services.jobs.offer_work", lambda: True)
    make_effect_table()


@contextmanager
def threads(count: int) -> Iterator[Callable[..., Future[Any]]]:
    """Start functions in threads; each closes its connections when it ends."""

    def call(function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        yield lambda function, *arguments, **named: pool.submit(call, function, *arguments, **named)


def enqueue_steps(key: str, steps: int = 1, pause_ms: int = 0) -> Job:
    """A job that leaves one effect per step."""
    return enqueue_job(kind="sample.steps", dedupe_key=key, payload={"steps": steps, "pause_ms": pause_ms})


class TestClaims:
    def test_control_reading_without_a_lock_gives_one_job_to_both(self) -> None:
        job = enqueue_steps("a")
        both_have_read = threading.Barrier(2)

        def claim_carelessly() -> bool:
            found = Job.objects.filter(state="queued").first()
            both_have_read.wait(10)
            return found is not None and bool(
                Job.objects.filter(pk=found.pk).update(state="running", lease_until=Now())
            )

        with threads(2) as start:
            claims = [start(claim_carelessly) for _ in range(2)]
        assert [claim.result() for claim in claims] == [True, True]
        assert Job.objects.get(pk=job.pk).state == "running"

    def test_one_of_two_workers_gets_the_job(self) -> None:
        enqueue_steps("a")
        first_has_it = threading.Event()
        second_is_done = threading.Event()

        def claim_and_hold() -> bool:
            with transaction.atomic():
                run = claim_job(worker="first")
                first_has_it.set()
                second_is_done.wait(10)
            return run is not None

        def claim_too() -> bool:
            first_has_it.wait(10)
            run = claim_job(worker="second")
            second_is_done.set()
            return run is not None

        with threads(2) as start:
            first, second = start(claim_and_hold), start(claim_too)
        assert (first.result(), second.result()) == (True, False)

    def test_four_workers_run_each_of_many_jobs_once(self) -> None:
        jobs = [enqueue_steps(str(number), steps=2) for number in range(40)]
        with threads(4) as start:
            counts = [start(run_ready_jobs, worker=str(number)) for number in range(4)]
        assert sum(count.result() for count in counts) == 40
        assert [steps_done(job.id) for job in jobs] == [[0, 1]] * 40
        assert JobAttempt.objects.count() == 40


class TestKeys:
    def test_two_who_enqueue_one_key_at_once_get_one_job(self) -> None:
        first_has_it = threading.Event()

        def enqueue_and_linger() -> Job:
            with transaction.atomic():
                job = enqueue_steps("a")
                first_has_it.set()
                # Long enough that the second stands at the unique key before this commits.
                threading.Event().wait(0.5)
            return job

        def enqueue_too() -> Job:
            first_has_it.wait(10)
            return enqueue_steps("a")

        with threads(2) as start:
            first, second = start(enqueue_and_linger), start(enqueue_too)
        assert first.result() == second.result()

    def test_who_waited_for_one_that_was_rolled_back_makes_the_job(self) -> None:
        first_has_it = threading.Event()

        def enqueue_and_break_off() -> None:
            with transaction.atomic():
                enqueue_steps("a")
                first_has_it.set()
                threading.Event().wait(0.5)
                transaction.set_rollback(True)

        def enqueue_too() -> Job:
            first_has_it.wait(10)
            return enqueue_steps("a")

        with threads(2) as start:
            start(enqueue_and_break_off)
            second = start(enqueue_too)
        assert Job.objects.get() == second.result()

    def test_schedulers_at_once_make_one_job_per_tick(self) -> None:
        # A day long, so that all of them see the same tick.
        define_schedule(name="daily", kind="sample.steps", every_seconds=86_400, payload={"steps": 0})
        Schedule.objects.update(starts_at=Now() - timedelta(days=2))
        together = threading.Barrier(4)

        def tick() -> int:
            together.wait(10)
            return enqueue_due_ticks()

        with threads(4) as start:
            made = [start(tick) for _ in range(4)]
        assert sum(count.result() for count in made) == Job.objects.count() == 1


class TestLeases:
    """With a lease of a second."""

    @pytest.fixture(autouse=True)
    def _short(self, settings: Settings) -> None:
        settings.STRONGROOM_JOB_LEASE_SECONDS = 1

    def test_a_step_longer_than_the_lease_keeps_the_job(self) -> None:
        job = enqueue_steps("a")
        run = claim_job(worker="slow")
        assert run is not None
        swept = []
        with run.step():
            threading.Event().wait(1.5)
            with threads(1) as start:
                swept.append(start(sweep_expired_leases).result())
        swept.append(sweep_expired_leases())
        assert swept == [0, 0]
        assert Job.objects.get(pk=job.pk).state == "running"

    def test_a_computation_longer_than_the_lease_keeps_the_job(self) -> None:
        job = enqueue_job(kind="sample.compute", dedupe_key="a", payload={"seconds": 3})
        with threads(1) as start:
            ran = start(run_ready_jobs, worker="computes")
            while not ran.done():
                assert sweep_expired_leases() == 0
                threading.Event().wait(0.1)
        assert Job.objects.get(pk=job.pk).state == "succeeded"
        assert JobAttempt.objects.get().outcome == "succeeded"

    def test_a_handler_silent_for_too_long_counts_as_hung(self, settings: Settings) -> None:
        settings.STRONGROOM_JOB_SILENCE_SECONDS = 0
        job = enqueue_job(kind="sample.compute", dedupe_key="a", payload={"seconds": 2})
        with threads(1) as start:
            ran = start(run_ready_jobs, worker="hangs", limit=1)
            threading.Event().wait(1.5)
            assert sweep_expired_leases() == 1
            ran.result()
        assert steps_done(job.id) == []
        assert [attempt.outcome for attempt in JobAttempt.objects.all()] == ["lease_expired"]
