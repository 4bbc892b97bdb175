"""Waiting for a job that a Celery worker runs elsewhere."""

import time
from collections.abc import Iterator
from uuid import UUID

from jobs.models import Job
from jobs.selectors import Progress, get_job, get_progress
from reference.errors import JobNotDone

POLL_SECONDS = 0.1
PATIENCE_SECONDS = 180


def follow_job(*, job_id: UUID) -> Iterator[Progress]:
    """Yield the job's progress until it has ended well.

    Raises JobNotDone when it ends otherwise, or when nothing moves for three minutes.
    """
    moved_at, last = time.monotonic(), None
    while True:
        progress = get_progress(job_id=job_id)
        yield progress
        if progress.state == Job.State.SUCCEEDED:
            return
        if progress.state in Job.ENDED:
            raise JobNotDone(
                f"The job {get_job(job_id=job_id).kind} ended {progress.state}.", job=str(job_id)
            )
        if progress != last:
            moved_at, last = time.monotonic(), progress
        if time.monotonic() - moved_at > PATIENCE_SECONDS:
            raise JobNotDone("No worker took the job on. Is a worker running?", job=str(job_id))
        time.sleep(POLL_SECONDS)
