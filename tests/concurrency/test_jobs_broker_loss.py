"""The broker, the scheduler or every database connection lost while real workers work: all jobs end, once."""

import signal
import time
from collections.abc import Iterator

import pytest
from django.db import connection

import tests.jobs.sample.tasks  # noqa: F401 - registers the sample kinds
from jobs.models import Job, Schedule, ScheduleTick
from jobs.services import define_schedule, enqueue_job
from tests.jobs.sample.effects import make_effect_table, steps_done
from tests.jobs.waiting import has_state, outcomes_of
from tests.processes import Process, RedisServer, beat, redis_server, wait_for, worker

pytestmark = pytest.mark.external

SAMPLE = "tests.jobs.sample.settings"
# Longer than a test: what ends in time here was never taken from a worker.
ENVIRONMENT = {"STRONGROOM_JOB_LEASE_SECONDS": "300", "STRONGROOM_JOB_BACK_OFF_SECONDS": "1"}


@pytest.fixture
def broker(committed_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """A broker of the test's own, that keeps nothing on disk. The test itself sends no notes."""
    monkeypatch.setattr("jobs.services.jobs.offer_work", lambda: True)
    make_effect_table()
    with redis_server() as server:
        yield server


@pytest.fixture
def at_work(committed_database: str, broker: RedisServer) -> Iterator[Process]:
    """A real worker of two processes."""
    with worker(committed_database, broker.url, django_settings=SAMPLE, environment=ENVIRONMENT) as process:
        yield process


@pytest.fixture
def scheduler(committed_database: str, broker: RedisServer) -> Iterator[Process]:
    """A real scheduler."""
    with beat(committed_database, broker.url, django_settings=SAMPLE, environment=ENVIRONMENT) as process:
        yield process


def enqueue_jobs(name: str, count: int, steps: int = 20) -> list[Job]:
    """Jobs of some seconds each, more than the worker has processes."""
    return [
        enqueue_job(
            kind="sample.steps", dedupe_key=f"{name}-{number}", payload={"steps": steps, "pause_ms": 50}
        )
        for number in range(count)
    ]


def wait_for_first_steps(jobs: list[Job], *logs: Process) -> None:
    """Wait until the work is under way."""
    wait_for(lambda: any(len(steps_done(job.id)) > 5 for job in jobs), seconds=40, what="6 steps", logs=logs)


def assert_all_end(jobs: list[Job], *logs: Process, attempts: int = 1) -> float:
    """All jobs end well within a minute, each step with one effect. Returns the seconds it took."""
    took = wait_for(
        lambda: all(has_state(job, "succeeded") for job in jobs), seconds=60, what="all jobs' end", logs=logs
    )
    for job in jobs:
        assert steps_done(job.id) == list(range(job.payload["steps"]))
        assert len(outcomes_of(job)) <= attempts
    return took


def test_killed_with_all_its_data_and_started_again(
    broker: RedisServer, at_work: Process, scheduler: Process
) -> None:
    jobs = enqueue_jobs("before", 5)
    wait_for_first_steps(jobs, at_work, scheduler)
    broker.kill()
    jobs += enqueue_jobs("while away", 2)
    time.sleep(2)
    broker.start()
    assert broker.client().dbsize() < 5
    jobs += enqueue_jobs("after", 2)
    took = assert_all_end(jobs, at_work, scheduler)
    print(f"seconds from the broker's return to the end of the last of 9 jobs: {took:.1f}")  # noqa: T201

    (late,) = enqueue_jobs("later", 1, steps=1)
    took = assert_all_end([late], at_work, scheduler)
    print(f"seconds that a job of one step took later: {took:.1f}")  # noqa: T201


def test_emptied(broker: RedisServer, at_work: Process, scheduler: Process) -> None:
    jobs = enqueue_jobs("a", 5)
    wait_for_first_steps(jobs, at_work, scheduler)
    broker.client().flushall()
    assert_all_end(jobs, at_work, scheduler)


def test_gone_for_good(broker: RedisServer, at_work: Process, scheduler: Process) -> None:
    wait_for(lambda: "ready." in at_work.log(), seconds=40, what="the worker is ready", logs=(at_work,))
    broker.kill()
    took = assert_all_end(enqueue_jobs("a", 3, steps=5), at_work, scheduler)
    print(f"seconds for three short jobs without a broker: {took:.1f}")  # noqa: T201


def test_hanging_with_its_connections_open(broker: RedisServer, at_work: Process, scheduler: Process) -> None:
    """Nobody is told that it is away: the worst way for a connection to end."""
    jobs = enqueue_jobs("before", 3)
    wait_for_first_steps(jobs, at_work, scheduler)
    broker.signal(signal.SIGSTOP)
    jobs += enqueue_jobs("meanwhile", 3, steps=5)
    assert_all_end(jobs, at_work, scheduler)
    broker.kill()
    assert at_work.stop(), "a worker that lost its broker can't be stopped"


def test_stopping_while_it_hangs(broker: RedisServer, at_work: Process, scheduler: Process) -> None:
    """What the worker would tell the broker last is told to nobody."""
    jobs = enqueue_jobs("a", 3)
    wait_for_first_steps(jobs, at_work, scheduler)
    broker.signal(signal.SIGSTOP)
    assert_all_end(jobs, at_work, scheduler)
    assert at_work.stop(seconds=10), "a worker whose broker hangs can't be stopped"


def test_no_scheduler_and_no_note_at_all(broker: RedisServer, at_work: Process) -> None:
    jobs = enqueue_jobs("a", 3)
    wait_for_first_steps(jobs, at_work)
    assert at_work.stop()
    begun = [job for job in jobs if steps_done(job.id)]
    assert len(begun) >= 2
    assert [outcomes_of(job) for job in begun] == [["succeeded"]] * len(begun)


def test_every_database_connection_cut(broker: RedisServer, at_work: Process, scheduler: Process) -> None:
    jobs = enqueue_jobs("a", 4)
    wait_for_first_steps(jobs, at_work, scheduler)
    with connection.cursor() as cursor:
        # A login may end its own connections only as itself, not as the role that it acts as.
        cursor.execute("set role none")
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and usename = current_user and pid <> pg_backend_pid()"
        )
        ended = cursor.fetchall()
        cursor.execute("reset role")
    assert len(ended) >= 3
    assert_all_end(jobs, at_work, scheduler, attempts=2)
    assert at_work.is_running()
    assert scheduler.is_running()


def test_two_schedulers_make_one_job_per_tick(
    committed_database: str, broker: RedisServer, at_work: Process, scheduler: Process
) -> None:
    define_schedule(name="often", kind="sample.steps", every_seconds=1, payload={"steps": 1})
    with beat(committed_database, broker.url, django_settings=SAMPLE, environment=ENVIRONMENT) as second:
        logs = (at_work, scheduler, second)
        ticks = ScheduleTick.objects.filter(schedule__name="often")
        wait_for(lambda: ticks.count() >= 4, seconds=60, what="four ticks", logs=logs)
        Schedule.objects.update(enabled=False)
        wait_for(
            lambda: not Job.objects.exclude(state="succeeded").exists(), seconds=30, what="all", logs=logs
        )
    jobs = Job.objects.filter(kind="sample.steps")
    assert jobs.count() == ticks.count() >= 4
    assert all(steps_done(job.id) == [0] for job in jobs)
    assert "Traceback" not in scheduler.log() + second.log()
