"""Work that comes back: a schedule and the ticks it has had."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Schedule(models.Model):
    """Enqueues a job at every tick of a rhythm: each so many seconds, or each day at a time.

    A time of day is in the reserve's time zone (settings.TIME_ZONE).
    """

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=100)
    every_seconds = models.IntegerField(null=True)
    daily_at = models.TimeField(null=True)
    payload = models.JSONField(default=dict)
    enabled = models.BooleanField(default=True)
    # No tick before this instant is ever due.
    starts_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["name"], name="jobs_schedule_name_unique"),
            models.CheckConstraint(
                condition=Q(every_seconds__isnull=True, daily_at__isnull=False)
                | Q(every_seconds__isnull=False, daily_at__isnull=True),
                name="jobs_schedule_one_rhythm",
            ),
            models.CheckConstraint(
                condition=Q(every_seconds__isnull=True) | Q(every_seconds__gte=1),
                name="jobs_schedule_interval_positive",
            ),
        )

    def __str__(self) -> str:
        return self.name


class ScheduleTick(models.Model):
    """A tick that has had its job. Unique, so that two schedulers at once make one job."""

    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="ticks")
    tick = models.DateTimeField()
    job = models.ForeignKey("jobs.Job", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["schedule", "tick"], name="jobs_scheduletick_tick_unique"),
        )

    def __str__(self) -> str:
        return f"{self.schedule_id} at {self.tick.isoformat()}"
