"""What the scheduler does at each of its ticks. Harmless to do twice at once."""

from jobs.notes import count_notes, offer_work
from jobs.selectors import count_ready
from jobs.services.attempts import sweep_expired_leases
from jobs.services.schedules import enqueue_due_ticks

# One note makes a worker process go on until nothing is ready, so a few notes wake everybody.
NOTES_WAITING_LIMIT = 16


def keep_work_moving() -> None:
    """Enqueue due ticks, take jobs from dead workers, and tell the workers again of all that is ready.

    This is what makes a lost note, or a broker that lost everything, cost no more than one tick.
    """
    enqueue_due_ticks()
    sweep_expired_leases()
    ready = count_ready(limit=NOTES_WAITING_LIMIT)
    if ready:
        offer_work(max(0, min(ready, NOTES_WAITING_LIMIT) - count_notes()))
