"""What scheduled jobs leave behind is kept for a while; every other job stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from jobs.models import Job, JobAttempt, Schedule, ScheduleTick
from jobs.selectors import get_database_time
from jobs.services import define_schedule, enqueue_job
from jobs.services.retention import discard_old_ticks
from jobs.services.schedules import enqueue_due_ticks

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _schedule(db: None) -> None:
    define_schedule(name="sample", kind="sample.refuse", every_seconds=60)
    Schedule.objects.update(starts_at=Now() - 400 * DAY)


def make_tick(age: timedelta, *, state: str = "succeeded", outcomes: tuple[str, ...] = ("succeeded",)) -> Job:
    """A tick of so long ago whose job ended at once."""
    moment = get_database_time() - age
    job = Job.objects.create(
        kind="sample.refuse",
        dedupe_key=f"{moment}",
        state=state,
        finished_at=moment if state in Job.ENDED else None,
        lease_until=moment if state == "running" else None,
    )
    for number, outcome in enumerate(outcomes, start=1):
        JobAttempt.objects.create(job=job, number=number, fence=number, outcome=outcome, ended_at=moment)
    ScheduleTick.objects.create(schedule=Schedule.objects.get(), tick=moment, job=job)
    return job


def standing() -> set[object]:
    return set(Job.objects.values_list("pk", flat=True))


def test_what_went_well_is_kept_for_a_day_and_what_failed_for_a_month() -> None:
    kept = [
        make_tick(DAY / 2),
        make_tick(2 * DAY, outcomes=("failed", "succeeded")),
        make_tick(3 * DAY, state="dead", outcomes=("failed",)),
        make_tick(29 * DAY, state="cancelled", outcomes=()),
        make_tick(40 * DAY, state="queued", outcomes=()),
    ]
    make_tick(DAY + timedelta(minutes=1))
    make_tick(31 * DAY, outcomes=("lease_expired", "succeeded"))
    make_tick(32 * DAY, state="dead", outcomes=("failed",))
    make_tick(33 * DAY, state="cancelled", outcomes=())
    assert discard_old_ticks(limit=100) == 4
    assert standing() == {job.pk for job in kept}
    assert discard_old_ticks(limit=100) == 0


def test_a_schedules_latest_tick_stays_so_that_it_is_not_had_again() -> None:
    last = make_tick(40 * DAY)
    make_tick(41 * DAY)
    assert discard_old_ticks(limit=100) == 1
    assert standing() == {last.pk}


def test_no_tick_is_made_again_after_it_was_discarded() -> None:
    make_tick(3 * DAY)
    assert enqueue_due_ticks() == 1
    Job.objects.filter(state="queued").update(state="cancelled", finished_at=Now())
    discard_old_ticks(limit=100)
    assert enqueue_due_ticks() == 0


def test_other_jobs_stay_for_good() -> None:
    make_tick(DAY / 2)
    other = enqueue_job(kind="sample.refuse", dedupe_key="mine", payload={})
    Job.objects.filter(pk=other.pk).update(state="succeeded", finished_at=Now() - 400 * DAY)
    assert discard_old_ticks(limit=100) == 0
    assert other.pk in standing()


def test_each_call_discards_the_oldest_up_to_its_limit() -> None:
    make_tick(DAY / 2)
    ages = [2 * DAY, 3 * DAY, 4 * DAY]
    jobs = [make_tick(age) for age in ages]
    assert discard_old_ticks(limit=2) == 2
    assert jobs[0].pk in standing()
    assert not {jobs[1].pk, jobs[2].pk} & standing()


def test_the_kept_time_is_a_setting(settings: Any) -> None:
    make_tick(timedelta(minutes=1))
    make_tick(timedelta(hours=2))
    settings.STRONGROOM_TICKS_KEPT_HOURS = 1
    assert discard_old_ticks(limit=100) == 1
