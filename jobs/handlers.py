"""Handlers of jobs: how an app says what to do for a kind, and what a handler is given.

A handler must be resumable. It writes only inside `with run.step():`, and a new attempt begins
from what the steps before it have committed.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.module_loading import autodiscover_modules

from jobs.domain.payloads import JSON, require_fit
from jobs.errors import LeaseLost, MalformedJob, UnknownJobKind
from jobs.models import Job
from jobs.timing import lease_length


class JobRun:
    """One attempt at a job, as its handler sees it."""

    def __init__(self, *, job: Job, attempt: int) -> None:
        self.job_id: uuid.UUID = job.id
        self.kind: str = job.kind
        self.payload: dict[str, Any] = job.payload
        self.firm_id: uuid.UUID | None = job.firm_id
        self.fence: int = job.fence
        self.attempt: int = attempt
        self._unwritten: dict[str, Any] = {}
        self._is_in_step = False
        # Monotonic clock of this process at the last step.
        self.last_sign = time.monotonic()

    @contextmanager
    def step(self) -> Iterator[None]:
        """A transaction in which the job is certainly still this attempt's; extends the lease.

        The job's row stays locked until the step commits, so neither the sweeper nor another
        worker can take the job while the step lasts, however long that is.
        Raises LeaseLost, and writes nothing, if the job was taken or cancelled meanwhile.
        """
        self._is_in_step = True
        try:
            with transaction.atomic(durable=True):
                self._lock()
                yield
                # The lease is counted from the end of the step: a step longer than the lease is allowed.
                Job.objects.filter(pk=self.job_id).update(
                    lease_until=Now() + lease_length(), **self._unwritten
                )
            self.last_sign = time.monotonic()
        finally:
            self._is_in_step = False
            self._unwritten = {}

    def report_progress(self, *, done: int, total: int) -> None:
        """Say how far the job is. Inside a step it is written with the step, else at once."""
        if not 0 <= done <= total:
            raise MalformedJob(f"progress {done} of {total} is not possible", field="done")
        self._write(progress_done=done, progress_total=total)

    def set_result(self, result: Mapping[str, JSON]) -> None:
        """Leave a small result with the job. Inside a step it is written with the step, else at once."""
        self._write(result=require_fit(result, field="result"))

    def _lock(self) -> None:
        held = Job.objects.select_for_update(no_key=True).filter(pk=self.job_id, fence=self.fence)
        if not held.filter(state=Job.State.RUNNING).exists():
            raise LeaseLost(f"job {self.job_id} is no longer held with fence {self.fence}")

    def _write(self, **values: Any) -> None:
        self._unwritten.update(values)
        if not self._is_in_step:
            with self.step():
                pass


@dataclass(frozen=True, slots=True)
class StandingSchedule:
    """A rhythm that every installation has unless its operator changed it: each so many seconds."""

    name: str
    kind: str
    every_seconds: int


Handler = Callable[[JobRun], None]
_HANDLERS: dict[str, Handler] = {}
_STANDING: dict[str, StandingSchedule] = {}
_discovered = False


def job_handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the decorated function as the handler of `kind` ("app.what_it_does")."""

    def register(handler: Handler) -> Handler:
        if kind in _HANDLERS:
            raise ValueError(f"two handlers for job kind {kind}")
        _HANDLERS[kind] = handler
        return handler

    return register


def declare_schedule(*, name: str, kind: str, every_seconds: int) -> None:
    """Say beside a handler, in `tasks.py`, that its job comes back by itself in every installation."""
    _STANDING[name] = StandingSchedule(name, kind, every_seconds)


def standing_schedules() -> list[StandingSchedule]:
    """What was declared, in the order of names."""
    _discover()
    return [_STANDING[name] for name in sorted(_STANDING)]


def known_kinds() -> set[str]:
    """Every kind that this process has a handler for."""
    _discover()
    return set(_HANDLERS)


def get_handler(kind: str) -> Handler:
    """The handler of a kind, or the refusal unknown_job_kind."""
    _discover()
    try:
        return _HANDLERS[kind]
    except KeyError:
        raise UnknownJobKind(f"no handler for job kind {kind!r}", field="kind", kind=kind) from None


def _discover() -> None:
    """Import each installed app's `tasks.py` at first use: by then every app is ready."""
    global _discovered
    if not _discovered:
        autodiscover_modules("tasks")
        _discovered = True
