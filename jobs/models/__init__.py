"""Tables of the jobs app: work to do, its attempts, its schedule, and what leaves the house."""

from jobs.models.job import Job, JobAttempt
from jobs.models.outbox import OutboxEvent
from jobs.models.schedule import Schedule, ScheduleTick

__all__ = ["Job", "JobAttempt", "OutboxEvent", "Schedule", "ScheduleTick"]
