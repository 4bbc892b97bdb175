"""Turns and ticks in one process: one at a time, and a failure never ends the worker or the scheduler."""

from collections.abc import Callable

import pytest
from celery import current_app
from django.db import OperationalError

from jobs import beat, turns
from jobs.beat import TICK_SECONDS, JobScheduler
from jobs.models import Job, OutboxEvent
from jobs.services import record_outbox_event
from jobs.tasks import work
from jobs.turns import take_turn

Queued = Callable[..., Job]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Notes that a turn left."""
    left: list[int] = []
    monkeypatch.setattr("jobs.tasks.offer_work", lambda: left.append(1))
    return left


@pytest.mark.django_db
class TestTurn:
    def test_it_runs_what_is_ready_and_sends_what_has_to_leave(
        self, queued: Queued, effect_table: None, told: list[int], mailoutbox: list[object]
    ) -> None:
        job = queued("sample.steps", steps=1)
        record_outbox_event(
            topic="mail", dedupe_key="a", payload={"to": ["a@example.org"], "subject": "s", "body": ""}
        )
        work()
        job.refresh_from_db()
        assert job.state == "succeeded"
        assert OutboxEvent.objects.get().delivered_at is not None
        assert told == []

    def test_a_long_one_ends_with_the_job_at_hand_and_leaves_a_note(
        self, queued: Queued, effect_table: None, told: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(turns, "TURN_SECONDS", 0)
        for _ in range(2):
            queued("sample.steps", steps=0)
        work()
        assert Job.objects.filter(state="succeeded").count() == 1
        assert told == [1]

    def test_a_process_that_has_one_takes_no_second(self, queued: Queued) -> None:
        job = queued("sample.refuse")
        with turns._turn:
            assert take_turn() is False
        job.refresh_from_db()
        assert job.fence == 0


class TestTick:
    def test_a_tick_that_fails_is_followed_by_the_next(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        outcomes: list[type[Exception] | None] = [OperationalError, RuntimeError, None]

        def fail_twice() -> None:
            if (error := outcomes.pop(0)) is not None:
                raise error("lost")

        monkeypatch.setattr(beat, "keep_work_moving", fail_twice)
        monkeypatch.setattr(beat, "close_old_connections", lambda: None)
        monkeypatch.setattr(beat, "define_standing_schedules", lambda: 0)
        scheduler = JobScheduler(app=current_app)
        assert [scheduler.tick() for _ in range(3)] == [TICK_SECONDS] * 3
        assert len([record for record in caplog.records if "the next one tries again" in record.message]) == 2

    def test_the_scheduler_keeps_no_entries_of_its_own(self) -> None:
        assert JobScheduler(app=current_app).get_schedule() == {}
