"""Define what comes back, and enqueue the jobs of ticks that are due."""

import logging
from collections.abc import Mapping
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Now

from errors import Refusal, refusals_of_constraints
from jobs.domain.payloads import JSON, require_fit
from jobs.domain.ticks import latest_daily_tick, latest_interval_tick
from jobs.errors import MalformedSchedule
from jobs.handlers import get_handler, standing_schedules
from jobs.models import Job, Schedule, ScheduleTick
from jobs.selectors import get_database_time
from jobs.services.jobs import enqueue_job

logger = logging.getLogger(__name__)


def define_schedule(
    *,
    name: str,
    kind: str,
    every_seconds: int | None = None,
    daily_at: time | None = None,
    payload: Mapping[str, JSON] | None = None,
    enabled: bool = True,
) -> Schedule:
    """Make the schedule `name`, or change it to this; a changed rhythm begins with its next tick.

    Give either `every_seconds` or `daily_at` (a time in the reserve's zone). The job of a tick gets the
    payload and, as "tick", the instant in ISO 8601.
    Refusals: unknown_job_kind, malformed_job (payload), malformed_schedule.
    """
    get_handler(kind)
    if not 0 < len(name) <= 100:
        raise MalformedSchedule("a schedule's name has 1 to 100 characters", field="name")
    wanted = {"kind": kind, "payload": require_fit(payload or {}), "enabled": enabled}
    with transaction.atomic(), refusals_of_constraints():
        schedule, is_new = Schedule.objects.select_for_update(no_key=True).get_or_create(
            name=name, defaults={**wanted, "every_seconds": every_seconds, "daily_at": daily_at}
        )
        if is_new:
            return schedule
        Schedule.objects.filter(pk=schedule.pk).update(**wanted)
        if (schedule.every_seconds, schedule.daily_at) != (every_seconds, daily_at):
            Schedule.objects.filter(pk=schedule.pk).update(
                every_seconds=every_seconds, daily_at=daily_at, starts_at=Now()
            )
    schedule.refresh_from_db()
    return schedule


def define_standing_schedules() -> int:
    """Make the declared schedules that are missing; those that are there stay as they are. Counts them.

    Each scheduler does so when it starts. An operator changes one with `define_schedule` under its name.
    """
    known = set(Schedule.objects.values_list("name", flat=True))
    missing = [standing for standing in standing_schedules() if standing.name not in known]
    for standing in missing:
        with transaction.atomic():
            get_handler(standing.kind)
            Schedule.objects.get_or_create(
                name=standing.name,
                defaults={"kind": standing.kind, "every_seconds": standing.every_seconds},
            )
    return len(missing)


def enqueue_due_ticks() -> int:
    """Enqueue a job for each schedule whose latest tick has had none. Returns how many.

    Of several ticks missed, only the latest is made up for, and none is made while the job of an earlier
    tick still waits or runs. Any number of schedulers may call this at once: a tick gets one job.
    """
    last = ScheduleTick.objects.filter(schedule=OuterRef("pk")).order_by("-tick")
    schedules = Schedule.objects.filter(enabled=True).annotate(
        last_tick=Subquery(last.values("tick")[:1]), last_state=Subquery(last.values("job__state")[:1])
    )
    now = get_database_time()
    count = 0
    for schedule in schedules.order_by("name"):
        tick = _latest_tick(schedule, now)
        is_busy = schedule.last_state in (Job.State.QUEUED, Job.State.RUNNING)
        is_had = tick < schedule.starts_at or (schedule.last_tick is not None and schedule.last_tick >= tick)
        if not is_busy and not is_had:
            count += _enqueue_tick(schedule, tick)
    return count


def _latest_tick(schedule: Schedule, now: datetime) -> datetime:
    if schedule.every_seconds is not None:
        return latest_interval_tick(now=now, every_seconds=schedule.every_seconds)
    assert schedule.daily_at is not None  # noqa: S101 - held by jobs_schedule_one_rhythm
    return latest_daily_tick(now=now, at=schedule.daily_at, zone=ZoneInfo(settings.TIME_ZONE))


def _enqueue_tick(schedule: Schedule, tick: datetime) -> int:
    """One job for this tick; 0 if another scheduler was first. A refused schedule doesn't hold up others."""
    moment = tick.isoformat()
    try:
        with transaction.atomic():
            job = enqueue_job(
                kind=schedule.kind,
                dedupe_key=f"schedule:{schedule.name}:{moment}",
                payload={**schedule.payload, "tick": moment},
            )
            _, is_new = ScheduleTick.objects.get_or_create(
                schedule=schedule, tick=tick, defaults={"job": job}
            )
    except Refusal as refusal:
        logger.error("schedule %s at %s: %s: %s", schedule.name, moment, refusal.code, refusal.message)
        return 0
    return int(is_new)
