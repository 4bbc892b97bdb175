"""Notes to the workers that there is work. A lost note costs time, never work."""

import logging

from celery import current_app

WORK_TASK = "jobs.work"

logger = logging.getLogger(__name__)


def offer_work(count: int = 1) -> bool:
    """Tell the workers that something is ready. False if the broker couldn't be told.

    The scheduler offers ready jobs again and again, so a failure here is only logged.
    """
    try:
        for _ in range(count):
            current_app.send_task(WORK_TASK, ignore_result=True, retry=False)
    except (OSError, current_app.connection_for_write().connection_errors) as error:  # type: ignore[misc]
        logger.warning("no note to the workers, the scheduler will offer the work again: %s", error)
        return False
    return True
