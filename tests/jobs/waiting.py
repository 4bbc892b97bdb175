"""What the tests with real workers ask of a job again and again."""

from jobs.models import Job
from jobs.selectors import list_attempts


def has_state(job: Job, state: str) -> bool:
    """Whether the job is in this state by now."""
    return Job.objects.get(pk=job.pk).state == state


def outcomes_of(job: Job) -> list[str]:
    """Outcomes of the job's attempts, oldest first."""
    return [attempt.outcome for attempt in list_attempts(job_id=job.id)]
