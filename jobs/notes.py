"""Notes to the workers that there is work. A lost note costs time, never work."""

import logging
from typing import Any

from celery import current_app
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

WORK_TASK = "jobs.work"
BROKER_ERRORS = (OSError, OperationalError, RedisError)

logger = logging.getLogger(__name__)


def offer_work(count: int = 1) -> bool:
    """Tell the workers that something is ready. False if the broker couldn't be told.

    The scheduler offers ready work again and again, so a failure here is only logged.
    """
    try:
        for _ in range(count):
            current_app.send_task(WORK_TASK, ignore_result=True, retry=False)
    except BROKER_ERRORS as error:
        logger.warning("no note to the workers, the scheduler will offer the work again: %s", error)
        return False
    return True


def count_notes() -> int:
    """How many notes wait for a worker; 0 if the broker can't be asked."""
    try:
        with current_app.connection_for_read() as connection:
            channel: Any = connection.default_channel
            waiting: int = channel.client.llen(current_app.conf.task_default_queue)
    except BROKER_ERRORS as error:
        logger.warning("could not ask the broker how many notes wait: %s", error)
        return 0
    return waiting
