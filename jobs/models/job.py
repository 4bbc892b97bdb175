"""A job and its attempts: the record of work, whatever happens to the message broker."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Job(models.Model):
    """One piece of work, to be done exactly once in effect. All times are the database's clock."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        DEAD = "dead"
        CANCELLED = "cancelled"

    ENDED = (State.SUCCEEDED, State.DEAD, State.CANCELLED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=100)
    dedupe_key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    # The firm whose data the job works with and nobody else's; null for work of the reserve.
    firm_id = models.UUIDField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    run_at = models.DateTimeField(db_default=Now())
    lease_until = models.DateTimeField(null=True)
    # Grows by one with each claim. An attempt that holds an older number may write nothing.
    fence = models.BigIntegerField(default=0)
    attempt_limit = models.IntegerField(default=5)
    # Attempts spent of the limit since the job was enqueued or last replayed.
    attempts_used = models.IntegerField(default=0)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["dedupe_key"], name="jobs_job_dedupe_key_unique"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "running", "succeeded", "dead", "cancelled"]),
                name="jobs_job_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
                name="jobs_job_lease_while_running",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["succeeded", "dead", "cancelled"], finished_at__isnull=False)
                | (~Q(state__in=["succeeded", "dead", "cancelled"]) & Q(finished_at__isnull=True)),
                name="jobs_job_finished_when_ended",
            ),
            models.CheckConstraint(condition=Q(attempt_limit__gte=1), name="jobs_job_attempt_limit_positive"),
            models.CheckConstraint(
                condition=Q(attempts_used__lte=F("attempt_limit")), name="jobs_job_attempts_within_limit"
            ),
            models.CheckConstraint(
                condition=Q(progress_done__gte=0, progress_done__lte=F("progress_total")),
                name="jobs_job_progress_in_range",
            ),
        )
        indexes = (
            models.Index(fields=["run_at", "id"], condition=Q(state="queued"), name="jobs_job_queued"),
            # Not over lease_until: the lease moves with every step, and the running jobs are few.
            models.Index(fields=["id"], condition=Q(state="running"), name="jobs_job_running"),
            models.Index(fields=["created_at", "id"], name="jobs_job_created"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id} {self.state}"


class JobAttempt(models.Model):
    """One try at a job by one worker. Rows stay, so a worker's death is visible.

    Only the jobs of a schedule's ticks are discarded with theirs, long after (jobs/services/retention.py).
    """

    class Outcome(models.TextChoices):
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        LEASE_EXPIRED = "lease_expired"
        CANCELLED = "cancelled"

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="attempts")
    # Counts from 1 over the job's whole life, replays included.
    number = models.IntegerField()
    fence = models.BigIntegerField()
    worker = models.CharField(max_length=200)
    started_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=13, choices=Outcome.choices, default=Outcome.RUNNING)
    error_code = models.CharField(max_length=100, blank=True, default="")
    error = models.TextField(blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["job", "number"], name="jobs_jobattempt_number_unique"),
            models.UniqueConstraint(fields=["job", "fence"], name="jobs_jobattempt_fence_unique"),
            models.UniqueConstraint(
                fields=["job"], condition=Q(outcome="running"), name="jobs_jobattempt_one_running"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["running", "succeeded", "failed", "lease_expired", "cancelled"]),
                name="jobs_jobattempt_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome="running", ended_at__isnull=True)
                | (~Q(outcome="running") & Q(ended_at__isnull=False)),
                name="jobs_jobattempt_ended_when_decided",
            ),
        )

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.job_id}: {self.outcome}"
