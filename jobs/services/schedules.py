"""Define what comes back, and enqueue the jobs of due ticks."""

from collections.abc import Mapping
from datetime import datetime, time

from jobs.domain.payloads import JSON
from jobs.models import Schedule


def define_schedule(
    *,
    name: str,
    kind: str,
    every_seconds: int | None = None,
    daily_at: time | None = None,
    payload: Mapping[str, JSON] | None = None,
    enabled: bool = True,
) -> Schedule:
    """Make or change a schedule."""
    raise NotImplementedError


def insert_due_ticks(*, now: datetime) -> int:
    """Enqueue a job for each due tick."""
    raise NotImplementedError
