"""Refusals of the jobs app, and the one exception that tells a worker to let go."""

from errors import Refusal, register_constraint


class JobKeyConflict(Refusal):
    """A job with this dedupe key exists, but of another kind or payload. Use a new key for new work."""

    code = "job_key_conflict"


class JobNotFound(Refusal):
    """No job has this id."""

    code = "job_not_found"


class JobNotReplayable(Refusal):
    """Only a dead or cancelled job can be replayed. Wait until this one ends, or enqueue another."""

    code = "job_not_replayable"


class JobNotCancellable(Refusal):
    """The job has already ended. There is nothing left to cancel."""

    code = "job_not_cancellable"


class UnknownJobKind(Refusal):
    """No handler is registered for this kind. See the `tasks.py` files for the kinds there are."""

    code = "unknown_job_kind"


class MalformedJob(Refusal):
    """The job's payload, result, limit or progress isn't of the documented form."""

    code = "malformed_job"


class MalformedSchedule(Refusal):
    """A schedule needs a name and either an interval of whole seconds or a time of day, not both."""

    code = "malformed_schedule"


class OutboxKeyConflict(Refusal):
    """An event with this dedupe key exists, but of another topic or payload. Use a new key."""

    code = "outbox_key_conflict"


class UnknownOutboxTopic(Refusal):
    """No transport is registered for this topic."""

    code = "unknown_outbox_topic"


class OutboxEventNotFound(Refusal):
    """No outbox event has this id."""

    code = "outbox_event_not_found"


class OutboxEventNotReplayable(Refusal):
    """Only a dead event can be replayed: this one was delivered, or is still being tried."""

    code = "outbox_event_not_replayable"


class LeaseLost(Exception):
    """The job is no longer this attempt's: another attempt runs it, or it was cancelled.

    Never catch it in a handler. The step it was raised from has written nothing.
    """


for _name in ("attempt_limit_positive", "progress_in_range"):
    register_constraint(f"jobs_job_{_name}", MalformedJob)
for _name in ("one_rhythm", "interval_positive"):
    register_constraint(f"jobs_schedule_{_name}", MalformedSchedule)
