"""What scheduled jobs leave behind: kept for a while, then discarded. Other jobs stay for good."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from jobs.models import Job, JobAttempt, Schedule, ScheduleTick
from jobs.selectors import get_database_time


def discard_old_ticks(*, limit: int) -> int:
    """Delete up to `limit` ended ticks of each schedule with their jobs and attempts; counts them.

    Those that went well at once are kept for STRONGROOM_TICKS_KEPT_HOURS, those that failed in between or
    for good for STRONGROOM_FAILED_TICKS_KEPT_DAYS. A schedule's latest tick always stays: by it the
    scheduler knows which ticks were had.
    """
    now = get_database_time()
    count = 0
    for schedule in Schedule.objects.order_by("name"):
        with transaction.atomic():
            count += _discard_ticks(schedule, now, limit)
    return count


def _discard_ticks(schedule: Schedule, now: datetime, limit: int) -> int:
    latest = ScheduleTick.objects.filter(schedule=schedule).order_by("-tick").first()
    if latest is None:
        return 0
    failures = JobAttempt.objects.filter(job=OuterRef("job")).exclude(outcome=JobAttempt.Outcome.SUCCEEDED)
    went_well = Q(job__state=Job.State.SUCCEEDED) & ~Exists(failures)
    well_until = now - timedelta(hours=settings.STRONGROOM_TICKS_KEPT_HOURS)
    failed_until = now - timedelta(days=settings.STRONGROOM_FAILED_TICKS_KEPT_DAYS)
    old = ScheduleTick.objects.filter(
        Q(job__finished_at__lt=failed_until) | (Q(job__finished_at__lt=well_until) & went_well),
        schedule=schedule,
        tick__lt=min(latest.tick, max(well_until, failed_until)),
        job__state__in=Job.ENDED,
    )
    jobs = dict(old.order_by("tick").values_list("pk", "job")[:limit])
    ScheduleTick.objects.filter(pk__in=jobs.keys()).delete()
    JobAttempt.objects.filter(job__in=jobs.values()).delete()
    Job.objects.filter(pk__in=jobs.values()).delete()
    return len(jobs)
