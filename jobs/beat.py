"""The scheduler process: `celery -A config beat -S jobs.beat:JobScheduler`. The schedule is in PostgreSQL."""

import logging
from typing import Any

from celery.beat import Scheduler
from django.db import close_old_connections

from jobs.services.schedules import define_standing_schedules
from jobs.services.upkeep import keep_work_moving
from tenancy import for_the_reserve

TICK_SECONDS = 1.0

logger = logging.getLogger(__name__)


class JobScheduler(Scheduler):
    """Keeps no schedule of its own: each tick looks at the tables. Several may run at once."""

    _has_standing = False

    def setup_schedule(self) -> None:
        """Nothing to set up: no entries of Celery's own, no file."""

    def tick(self, *_args: Any, **_kwargs: Any) -> float:
        """One round of upkeep. A lost database or broker is logged and tried again at the next tick."""
        try:
            close_old_connections()
            with for_the_reserve():
                if not self._has_standing:
                    define_standing_schedules()
                    self._has_standing = True
                keep_work_moving()
        except Exception:
            logger.exception("a tick failed, the next one tries again")
        return TICK_SECONDS
