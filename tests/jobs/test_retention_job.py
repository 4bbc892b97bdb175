"""The job that discards what scheduled jobs left behind, in steps."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now

from jobs import tasks
from jobs.models import Job, Schedule, ScheduleTick
from jobs.runner import run_ready_jobs
from jobs.selectors import get_database_time
from jobs.services import define_schedule, enqueue_job

DAY = timedelta(days=1)


@pytest.mark.usefixtures("committed_database")
def test_the_job_discards_old_ticks_some_in_each_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "TICKS_A_STEP", 2)
    schedule = define_schedule(name="sample", kind=tasks.DISCARD_TICKS, every_seconds=60)
    Schedule.objects.update(starts_at=Now() - 400 * DAY)
    for days in (0, 2, 3, 4, 5, 6):
        moment = get_database_time() - days * DAY
        ended = Job.objects.create(
            kind="sample.refuse", dedupe_key=str(days), state="succeeded", finished_at=moment
        )
        ScheduleTick.objects.create(schedule=schedule, tick=moment, job=ended)
    job = enqueue_job(kind=tasks.DISCARD_TICKS, dedupe_key="once", payload={})
    assert run_ready_jobs(worker="test") == 1
    job.refresh_from_db()
    assert (job.state, job.result) == ("succeeded", {"discarded": 5})
    assert ScheduleTick.objects.get().job.dedupe_key == "0"
    assert not ScheduleTick.objects.filter(tick__lt=F("job__finished_at") - DAY).exists()
