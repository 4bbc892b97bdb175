"""Notes to the workers: a word without content, that costs no time when nobody can take it."""

import base64
import json
import time
from collections.abc import Iterator
from typing import cast

import pytest
from celery import Celery, current_app
from django.conf import settings

import tests.jobs.sample.tasks  # noqa: F401 - registers the sample kinds
from jobs import notes
from jobs.notes import count_notes, offer_work
from jobs.services import enqueue_job
from jobs.services.upkeep import NOTES_WAITING_LIMIT, keep_work_moving
from tests.processes import RedisServer, redis_server

QUEUE = settings.CELERY_TASK_DEFAULT_QUEUE


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """A broker of the test's own, that the notes go to."""
    with redis_server() as server:
        app = Celery("notes", broker=server.url, set_as_current=False)
        app.conf.task_default_queue = QUEUE
        app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        monkeypatch.setattr(notes, "current_app", app)
        yield server


def test_a_note_says_only_that_there_is_work(broker: RedisServer) -> None:
    assert offer_work()
    message = json.loads(cast(bytes, broker.client().lindex(QUEUE, 0)))
    headers = message["headers"]
    assert (headers["task"], headers["eta"], headers["expires"]) == ("jobs.work", None, None)
    assert headers["ignore_result"] is True
    assert json.loads(base64.b64decode(message["body"]))[:2] == [[], {}]


def test_waiting_notes_are_counted(broker: RedisServer) -> None:
    assert count_notes() == 0
    offer_work(3)
    assert count_notes() == 3


def test_a_broker_that_is_away_is_not_waited_for(broker: RedisServer) -> None:
    assert offer_work()
    broker.kill()
    started = time.monotonic()
    assert [offer_work(), offer_work(), count_notes()] == [False, False, 0]
    assert time.monotonic() - started < 2
    broker.start()
    assert offer_work()


@pytest.mark.django_db
class TestUpkeep:
    def test_ready_jobs_are_offered_once_each(self, broker: RedisServer) -> None:
        for number in range(3):
            enqueue_job(kind="sample.refuse", dedupe_key=str(number), payload={})
        keep_work_moving()
        keep_work_moving()
        assert count_notes() == 3

    def test_notes_do_not_pile_up_while_nobody_takes_them(self, broker: RedisServer) -> None:
        for number in range(NOTES_WAITING_LIMIT + 5):
            enqueue_job(kind="sample.refuse", dedupe_key=str(number), payload={})
        for _ in range(3):
            keep_work_moving()
        assert count_notes() == NOTES_WAITING_LIMIT

    def test_nothing_is_said_when_nothing_is_ready(self, broker: RedisServer) -> None:
        keep_work_moving()
        assert count_notes() == 0


def test_celery_is_set_up_to_carry_notes_and_nothing_else() -> None:
    conf = current_app.conf
    assert (conf.task_acks_late, conf.task_ignore_result, conf.worker_prefetch_multiplier) == (False, True, 1)
    assert (conf.task_serializer, conf.accept_content) == ("json", ["json"])
    assert conf.result_backend is None
    assert [name for name in current_app.tasks if not name.startswith("celery.")] == ["jobs.work"]
