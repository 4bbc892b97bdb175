"""Schedules: a job per tick, the latest of missed ones only, none while the last still waits or runs."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from jobs.errors import MalformedJob, MalformedSchedule, UnknownJobKind
from jobs.models import Job, Schedule, ScheduleTick
from jobs.services import cancel_job, define_schedule, schedules
from jobs.services.schedules import define_standing_schedules, enqueue_due_ticks

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 10, 12, 0, 30, tzinfo=UTC)


class Clock:
    """The database's clock, set by hand for the schedules."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = START
        monkeypatch.setattr(schedules, "get_database_time", lambda: self.now)

    def pass_by(self, **duration: int) -> int:
        """Let time go by; how many jobs the next look at the schedules makes."""
        self.now += timedelta(**duration)
        return enqueue_due_ticks()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Half past a minute."""
    return Clock(monkeypatch)


def define(**rhythm: Any) -> Schedule:
    """A schedule that began at START."""
    schedule = define_schedule(name="sample", kind="sample.refuse", payload={"a": 1}, **rhythm)
    Schedule.objects.update(starts_at=START)
    return schedule


def end_all_jobs() -> None:
    """Let every open job end."""
    for job in Job.objects.filter(state="queued"):
        cancel_job(job_id=job.id)


class TestTicks:
    def test_a_tick_makes_one_job_with_the_payload_and_the_instant(self, clock: Clock) -> None:
        define(every_seconds=60)
        assert clock.pass_by(seconds=40) == 1
        job = Job.objects.get()
        assert job.payload == {"a": 1, "tick": "2026-01-10T12:01:00+00:00"}
        assert job.dedupe_key == "schedule:sample:2026-01-10T12:01:00+00:00"
        assert ScheduleTick.objects.get().job == job

    def test_a_tick_has_its_job_only_once(self, clock: Clock) -> None:
        define(every_seconds=60)
        clock.pass_by(seconds=40)
        end_all_jobs()
        assert clock.pass_by(seconds=10) == 0

    def test_a_tick_before_the_beginning_is_not_due(self, clock: Clock) -> None:
        define(every_seconds=60)
        assert clock.pass_by(seconds=20) == 0

    def test_of_missed_ticks_the_latest_is_made_up_for(self, clock: Clock) -> None:
        define(every_seconds=60)
        assert clock.pass_by(hours=5) == 1
        assert Job.objects.get().payload["tick"] == "2026-01-10T17:00:00+00:00"

    def test_no_job_is_added_while_the_last_one_waits_or_runs(self, clock: Clock) -> None:
        define(every_seconds=60)
        assert clock.pass_by(minutes=1) == 1
        assert clock.pass_by(minutes=1) == 0
        end_all_jobs()
        assert clock.pass_by(seconds=1) == 1

    def test_a_daily_tick_is_at_a_time_of_the_reserve_s_zone(self, clock: Clock) -> None:
        define(daily_at=time(8, 30))
        assert clock.pass_by(minutes=89) == 0
        assert clock.pass_by(minutes=1) == 1
        assert Job.objects.get().payload["tick"] == "2026-01-10T13:30:00+00:00"

    def test_a_disabled_schedule_rests(self, clock: Clock) -> None:
        define(every_seconds=60, enabled=False)
        assert clock.pass_by(hours=1) == 0

    def test_a_schedule_that_can_not_run_does_not_hold_up_the_others(
        self, clock: Clock, caplog: pytest.LogCaptureFixture
    ) -> None:
        define(every_seconds=60)
        Schedule.objects.create(name="a first", kind="of.an_older_release", every_seconds=60, starts_at=START)
        assert clock.pass_by(minutes=1) == 1
        assert "unknown_job_kind" in caplog.text

    def test_a_look_at_schedules_with_nothing_due_takes_two_statements(
        self, clock: Clock, django_assert_num_queries: Any
    ) -> None:
        for number in range(5):
            define_schedule(name=f"s{number}", kind="sample.refuse", every_seconds=60)
        # The clock is the second.
        with django_assert_num_queries(1):
            enqueue_due_ticks()


class TestDefine:
    def test_the_same_definition_again_changes_nothing(self) -> None:
        first = define(every_seconds=60)
        define_schedule(name="sample", kind="sample.refuse", payload={"a": 1}, every_seconds=60)
        assert Schedule.objects.get() == first
        assert Schedule.objects.get().starts_at == START

    def test_a_changed_rhythm_begins_now(self) -> None:
        define(every_seconds=60)
        changed = define_schedule(name="sample", kind="sample.refuse", daily_at=time(2))
        assert (changed.every_seconds, changed.daily_at, changed.payload) == (None, time(2), {})
        assert changed.starts_at > START

    @pytest.mark.parametrize("rhythm", [{}, {"every_seconds": 60, "daily_at": time(2)}, {"every_seconds": 0}])
    def test_a_schedule_has_just_one_rhythm(self, rhythm: dict[str, Any]) -> None:
        with pytest.raises(MalformedSchedule):
            define_schedule(name="sample", kind="sample.refuse", **rhythm)
        assert not Schedule.objects.exists()

    def test_a_changed_schedule_keeps_to_one_rhythm_too(self) -> None:
        define(every_seconds=60)
        with pytest.raises(MalformedSchedule):
            define_schedule(name="sample", kind="sample.refuse")

    def test_a_schedule_needs_a_name(self) -> None:
        with pytest.raises(MalformedSchedule):
            define_schedule(name="", kind="sample.refuse", every_seconds=1)

    def test_its_kind_must_be_known(self) -> None:
        with pytest.raises(UnknownJobKind):
            define_schedule(name="sample", kind="nobody.home", every_seconds=1)

    def test_its_payload_must_be_exact(self) -> None:
        with pytest.raises(MalformedJob):
            define_schedule(name="s", kind="sample.refuse", every_seconds=1, payload={"x": 0.5})  # type: ignore[dict-item]


class TestStandingSchedules:
    """Those that every installation has: declared beside the handlers, made by each scheduler's start."""

    def test_the_ledger_is_rolled_up_and_expires_and_ticks_are_discarded(self) -> None:
        assert define_standing_schedules() == Schedule.objects.count()
        rhythms = dict(Schedule.objects.values_list("kind", "every_seconds"))
        assert (
            rhythms.items()
            >= {
                "ledger.roll_up": 5,
                "ledger.expire_pending": 60,
                "jobs.discard_ticks": 3600,
            }.items()
        )
        assert all(Schedule.objects.values_list("enabled", flat=True))

    def test_what_an_operator_changed_stays(self) -> None:
        define_standing_schedules()
        define_schedule(name="ledger.roll_up", kind="ledger.roll_up", every_seconds=30, enabled=False)
        assert define_standing_schedules() == 0
        changed = Schedule.objects.get(name="ledger.roll_up")
        assert (changed.every_seconds, changed.enabled) == (30, False)
