"""`manage.py jobs` and `manage.py outbox`: tables that cut nothing off, refusals by their code."""

import uuid
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from jobs.models import Job, OutboxEvent
from jobs.runner import run_ready_jobs
from jobs.services import record_outbox_event

pytestmark = pytest.mark.django_db
Queued = Callable[..., Job]


def output_of(*arguments: str) -> str:
    """What a command prints."""
    stream = StringIO()
    call_command(*arguments, stdout=stream)
    return stream.getvalue()


@pytest.fixture
def dead(queued: Queued) -> Job:
    """A job whose one attempt was refused."""
    job = queued("sample.refuse", attempt_limit=1)
    run_ready_jobs(worker="worker-7")
    return job


def test_list_shows_each_job_with_state_and_progress(queued: Queued, dead: Job, effect_table: None) -> None:
    done = queued("sample.steps", steps=2)
    run_ready_jobs(worker="w")
    lines = output_of("jobs", "list").splitlines()
    assert any(str(dead.id) in line and "dead" in line for line in lines)
    assert any(str(done.id) in line and "succeeded" in line and "2/2" in line for line in lines)


def test_list_filters_by_state(queued: Queued, dead: Job) -> None:
    waiting = queued("sample.refuse")
    printed = output_of("jobs", "list", "--state", "queued")
    assert str(waiting.id) in printed
    assert str(dead.id) not in printed


def test_show_has_the_job_and_its_attempts_with_worker_and_code(dead: Job) -> None:
    printed = output_of("jobs", "show", str(dead.id))
    for expected in (str(dead.id), "1 of 1", "worker-7", "failed", "sample_refusal", "this never works"):
        assert expected in printed


def test_replay_and_cancel_say_the_new_state(dead: Job) -> None:
    assert output_of("jobs", "replay", str(dead.id)) == f"{dead.id} sample.refuse queued\n"
    assert output_of("jobs", "cancel", str(dead.id)) == f"{dead.id} sample.refuse cancelled\n"


@pytest.mark.parametrize("action", ["show", "replay", "cancel"])
def test_a_job_that_does_not_exist_ends_the_command_with_the_code(action: str) -> None:
    with pytest.raises(CommandError, match=r"^job_not_found: "):
        call_command("jobs", action, str(uuid.uuid4()))


def test_an_outbox_event_is_listed_and_replayed() -> None:
    event = record_outbox_event(topic="mail", dedupe_key="a", payload={})
    OutboxEvent.objects.update(dead_at=Now(), last_error="nobody listens")
    assert "nobody listens" in output_of("outbox", "list")
    assert output_of("outbox", "replay", str(event.id)) == f"{event.id} mail waiting\n"


def test_an_outbox_event_that_is_not_dead_ends_the_command_with_the_code() -> None:
    event = record_outbox_event(topic="mail", dedupe_key="a", payload={})
    with pytest.raises(CommandError, match=r"^outbox_event_not_replayable: "):
        call_command("outbox", "replay", str(event.id))
