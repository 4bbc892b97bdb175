"""Writes of the jobs app that other apps may call."""

from jobs.services.jobs import cancel_job, enqueue_job, replay_job
from jobs.services.outbox import record_outbox_event, replay_outbox_event
from jobs.services.schedules import define_schedule

__all__ = [
    "cancel_job",
    "define_schedule",
    "enqueue_job",
    "record_outbox_event",
    "replay_job",
    "replay_outbox_event",
]
