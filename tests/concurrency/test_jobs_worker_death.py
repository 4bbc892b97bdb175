"""Real workers that die, freeze, or run a job that kills them: every effect once, every death visible."""

import os
import signal
import time
from collections.abc import Iterator

import psutil
import pytest
from django.db import transaction

import tests.jobs.sample.tasks  # noqa: F401 - registers the sample kinds
from jobs.models import Job
from jobs.selectors import list_attempts
from jobs.services import enqueue_job
from tests.jobs.sample.effects import attempts_of_steps, make_effect_table, steps_done
from tests.jobs.waiting import has_state, outcomes_of
from tests.processes import Process, RedisServer, beat, redis_server, wait_for, worker

pytestmark = pytest.mark.external

SAMPLE = "tests.jobs.sample.settings"
LEASE_SECONDS = 3
SHORT_LEASE = {"STRONGROOM_JOB_LEASE_SECONDS": str(LEASE_SECONDS)}


@pytest.fixture
def broker(committed_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """A broker of the test's own. The test itself sends no notes: the scheduler does."""
    monkeypatch.setattr("jobs.services.jobs.offer_work", lambda: True)
    make_effect_table()
    with redis_server() as server:
        yield server


@pytest.fixture
def scheduler(committed_database: str, broker: RedisServer) -> Iterator[Process]:
    """A real scheduler."""
    with beat(committed_database, broker.url, django_settings=SAMPLE, environment=SHORT_LEASE) as process:
        yield process


def enqueue_fifty_steps(pause_ms: int = 60) -> Job:
    """A job of 50 steps that takes some seconds."""
    return enqueue_job(kind="sample.steps", dedupe_key="fifty", payload={"steps": 50, "pause_ms": pause_ms})


def test_a_job_whose_worker_was_killed_is_finished_by_another(
    committed_database: str, broker: RedisServer, scheduler: Process
) -> None:
    job = enqueue_fifty_steps()
    with worker(committed_database, broker.url, django_settings=SAMPLE, environment=SHORT_LEASE) as first:
        wait_for(lambda: len(steps_done(job.id)) >= 20, seconds=30, what="20 steps", logs=(first, scheduler))
        first.kill()
    killed_after = len(steps_done(job.id))
    assert killed_after < 50
    assert has_state(job, "running")

    with worker(committed_database, broker.url, django_settings=SAMPLE, environment=SHORT_LEASE) as second:
        logs = (second, scheduler)
        went_on = wait_for(
            lambda: len(steps_done(job.id)) > killed_after, seconds=30, what="a further step", logs=logs
        )
        wait_for(lambda: has_state(job, "succeeded"), seconds=30, what="the job's end", logs=logs)
    print(f"seconds from the new worker's start to the next step: {went_on:.1f}")  # noqa: T201
    assert steps_done(job.id) == list(range(50))
    assert attempts_of_steps(job.id) == {1, 2}
    assert outcomes_of(job) == ["lease_expired", "succeeded"]
    assert Job.objects.get(pk=job.pk).progress_done == 50


def test_another_process_of_the_same_worker_takes_over(
    committed_database: str, broker: RedisServer, scheduler: Process
) -> None:
    """Only the process that runs the job is killed, as running out of memory does."""
    job = enqueue_fifty_steps()
    with worker(committed_database, broker.url, django_settings=SAMPLE, environment=SHORT_LEASE) as process:
        logs = (process, scheduler)
        wait_for(lambda: len(steps_done(job.id)) >= 20, seconds=30, what="20 steps", logs=logs)
        os.kill(pid_of_last_attempt(job), signal.SIGKILL)
        wait_for(lambda: has_state(job, "succeeded"), seconds=30, what="the job's end", logs=logs)
    assert steps_done(job.id) == list(range(50))
    assert outcomes_of(job) == ["lease_expired", "succeeded"]


def test_a_frozen_worker_that_wakes_up_writes_nothing_more(
    committed_database: str, broker: RedisServer, scheduler: Process
) -> None:
    """The first process stands still for longer than its lease, and then goes on as if nothing had been."""
    job = enqueue_fifty_steps()
    with worker(committed_database, broker.url, django_settings=SAMPLE, environment=SHORT_LEASE) as process:
        logs = (process, scheduler)
        wait_for(lambda: len(steps_done(job.id)) >= 10, seconds=30, what="10 steps", logs=logs)
        frozen = freeze_between_steps(job)
        wait_for(lambda: has_state(job, "succeeded"), seconds=30, what="the job's end", logs=logs)
        frozen.resume()
        wait_for(
            lambda: "is no longer held with fence 1" in process.log(),
            seconds=10,
            what="word of it",
            logs=logs,
        )
    assert steps_done(job.id) == list(range(50))
    assert attempts_of_steps(job.id) == {1, 2}
    assert outcomes_of(job) == ["lease_expired", "succeeded"]


def test_a_job_that_kills_its_worker_ends_dead_and_others_are_done(
    committed_database: str, broker: RedisServer, scheduler: Process
) -> None:
    poison = enqueue_job(kind="sample.poison", dedupe_key="poison", payload={}, attempt_limit=2)
    others = [
        enqueue_job(kind="sample.steps", dedupe_key=str(number), payload={"steps": 2}) for number in range(5)
    ]
    with worker(committed_database, broker.url, django_settings=SAMPLE, environment=SHORT_LEASE) as process:
        logs = (process, scheduler)
        wait_for(lambda: has_state(poison, "dead"), seconds=60, what="the poison's end", logs=logs)
        for job in others:
            wait_for(lambda job=job: has_state(job, "succeeded"), seconds=20, what="its end", logs=logs)  # type: ignore[misc]
        assert process.is_running()
    assert outcomes_of(poison) == ["lease_expired", "lease_expired"]
    assert [steps_done(job.id) for job in others] == [[0, 1]] * 5


def test_a_worker_told_to_stop_ends_the_job_at_hand_first(
    committed_database: str, broker: RedisServer, scheduler: Process
) -> None:
    job = enqueue_fifty_steps()
    with worker(committed_database, broker.url, django_settings=SAMPLE, environment=SHORT_LEASE) as process:
        wait_for(
            lambda: len(steps_done(job.id)) >= 10, seconds=30, what="10 steps", logs=(process, scheduler)
        )
        process.stop()
    assert outcomes_of(job) == ["succeeded"]
    assert steps_done(job.id) == list(range(50))


def pid_of_last_attempt(job: Job) -> int:
    """The process that the job's last attempt runs in, from the worker's name `host:pid`."""
    return int(list_attempts(job_id=job.id)[-1].worker.rpartition(":")[2])


def freeze_between_steps(job: Job) -> psutil.Process:
    """Stop the process that runs the job, at a moment when it holds no lock on the job's row.

    A frozen process with an open step keeps the job: that is as it should be, and not what is shown here.
    """
    process = psutil.Process(pid_of_last_attempt(job))
    for _ in range(50):
        process.suspend()
        with transaction.atomic():
            if Job.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=job.pk).first():
                return process
        process.resume()
        time.sleep(0.02)
    raise AssertionError("the process was always in a step")
