"""The outbox: recorded with its effect, tried until delivered or dead, recognisable when sent twice."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django.fixtures import Settings

from jobs import transports
from jobs.errors import (
    MalformedJob,
    OutboxEventNotFound,
    OutboxEventNotReplayable,
    OutboxKeyConflict,
    UnknownOutboxTopic,
)
from jobs.models import OutboxEvent
from jobs.services import record_outbox_event, replay_outbox_event
from jobs.services.outbox import dispatch_outbox
from jobs.transports import Delivery, register_transport

pytestmark = pytest.mark.django_db


class Receiver:
    """The outside: takes what comes, unless it is told to be down."""

    def __init__(self) -> None:
        self.taken: list[Delivery] = []
        self.is_down = False

    def deliver(self, delivery: Delivery) -> None:
        """Take one message."""
        if self.is_down:
            raise ConnectionError("nobody listens")
        self.taken.append(delivery)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Receiver:
    """The receiver of the topic "sample"."""
    monkeypatch.setattr(transports, "_TRANSPORTS", dict(transports._TRANSPORTS))
    outside = Receiver()
    register_transport("sample", outside.deliver)
    return outside


def record(**changed: Any) -> OutboxEvent:
    """One event for the receiver."""
    return record_outbox_event(**{"topic": "sample", "dedupe_key": "a", "payload": {"n": 1}, **changed})


def make_due() -> None:
    """Let every delay be over."""
    OutboxEvent.objects.update(available_at=Now())


class TestRecord:
    def test_the_same_key_and_content_give_the_standing_event(self, receiver: Receiver) -> None:
        assert record() == record()
        assert OutboxEvent.objects.count() == 1

    @pytest.mark.parametrize("changed", [{"payload": {"n": 2}}, {"topic": "mail"}])
    def test_the_same_key_for_other_content_is_refused(
        self, receiver: Receiver, changed: dict[str, Any]
    ) -> None:
        record()
        with pytest.raises(OutboxKeyConflict):
            record(**changed)

    def test_an_event_goes_with_the_effect_that_was_rolled_back(self, receiver: Receiver) -> None:
        def break_off() -> None:
            with transaction.atomic():
                record()
                raise KeyError

        with pytest.raises(KeyError):
            break_off()
        assert dispatch_outbox() == 0
        assert receiver.taken == []

    def test_a_topic_without_transport_is_refused(self) -> None:
        with pytest.raises(UnknownOutboxTopic):
            record(topic="nobody")

    @pytest.mark.parametrize("changed", [{"payload": {"x": 0.5}}, {"dedupe_key": ""}])
    def test_a_malformed_event_is_refused(self, receiver: Receiver, changed: dict[str, Any]) -> None:
        with pytest.raises(MalformedJob):
            record(**changed)

    def test_workers_are_told_when_the_caller_commits(
        self, receiver: Receiver, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks() as told:
            record()
        assert [callback.__name__ for callback in told] == ["offer_work"]


class TestDispatch:
    def test_what_is_due_is_delivered_once(self, receiver: Receiver) -> None:
        event = record()
        assert dispatch_outbox() == 1
        assert dispatch_outbox() == 0
        assert receiver.taken == [Delivery(event.id, "sample", {"n": 1}, attempt=1)]

    def test_what_is_for_later_waits(self, receiver: Receiver) -> None:
        record(available_at=timezone.now() + timedelta(hours=1))
        assert dispatch_outbox() == 0

    def test_a_failed_try_waits_twice_as_long_each_time(self, receiver: Receiver) -> None:
        receiver.is_down = True
        record()
        waits = []
        for _ in range(3):
            assert dispatch_outbox() == 0
            event = OutboxEvent.objects.annotate(now=Now()).get()
            waits.append(round((event.available_at - event.now).total_seconds()))
            make_due()
        assert waits == [5, 10, 20]
        assert OutboxEvent.objects.get().last_error == "ConnectionError: nobody listens"

    def test_it_is_delivered_when_the_outside_is_back_under_the_same_id(self, receiver: Receiver) -> None:
        event = record()
        receiver.is_down = True
        dispatch_outbox()
        receiver.is_down = False
        make_due()
        assert dispatch_outbox() == 1
        assert [(taken.event_id, taken.attempt) for taken in receiver.taken] == [(event.id, 2)]

    def test_the_last_try_failed_means_dead(self, receiver: Receiver, settings: Settings) -> None:
        settings.STRONGROOM_OUTBOX_ATTEMPT_LIMIT = 2
        receiver.is_down = True
        record()
        for _ in range(3):
            dispatch_outbox()
            make_due()
        event = OutboxEvent.objects.get()
        assert event.attempts == 2
        assert event.dead_at is not None

    def test_a_try_that_kills_its_process_is_counted_all_the_same(
        self, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Killed(BaseException):
            """Stands for the end of the process: nothing of the service catches it."""

        def die(delivery: Delivery) -> None:
            raise Killed

        register_transport("sample", die)
        record()
        with pytest.raises(Killed):
            dispatch_outbox()
        event = OutboxEvent.objects.annotate(now=Now()).get()
        assert event.attempts == 1
        assert event.available_at - event.now > timedelta(minutes=1)

    def test_an_event_that_killed_its_process_each_time_is_given_up(
        self, receiver: Receiver, settings: Settings
    ) -> None:
        record()
        OutboxEvent.objects.update(attempts=settings.STRONGROOM_OUTBOX_ATTEMPT_LIMIT)
        assert dispatch_outbox() == 0
        assert receiver.taken == []
        assert OutboxEvent.objects.get().dead_at is not None

    def test_one_bad_event_does_not_hold_up_the_next(self, receiver: Receiver) -> None:
        record(dedupe_key="bad")
        OutboxEvent.objects.update(topic="nobody")
        record(dedupe_key="good")
        assert dispatch_outbox() == 1

    def test_no_more_than_the_limit_is_tried(self, receiver: Receiver) -> None:
        for number in range(3):
            record(dedupe_key=str(number))
        assert dispatch_outbox(limit=2) == 2


class TestReplay:
    def test_a_dead_event_is_tried_anew(self, receiver: Receiver) -> None:
        event = record()
        OutboxEvent.objects.update(dead_at=Now(), attempts=10)
        assert replay_outbox_event(event_id=event.id).attempts == 0
        assert dispatch_outbox() == 1

    def test_a_delivered_or_waiting_event_is_not(self, receiver: Receiver) -> None:
        event = record()
        with pytest.raises(OutboxEventNotReplayable):
            replay_outbox_event(event_id=event.id)
        dispatch_outbox()
        with pytest.raises(OutboxEventNotReplayable):
            replay_outbox_event(event_id=event.id)

    def test_an_event_that_does_not_exist_is_not_found(self) -> None:
        with pytest.raises(OutboxEventNotFound):
            replay_outbox_event(event_id=uuid.uuid4())


def test_a_mail_leaves_with_a_message_id_made_of_the_event(mailoutbox: list[EmailMessage]) -> None:
    event = record_outbox_event(
        topic="mail",
        dedupe_key="a",
        payload={"to": ["finance@example.org"], "subject": "Invoice 7", "body": "It is ready."},
    )
    assert dispatch_outbox() == 1
    (mail,) = mailoutbox
    assert (mail.to, mail.subject, mail.body) == (["finance@example.org"], "Invoice 7", "It is ready.")
    assert mail.extra_headers["Message-ID"].startswith(f"<{event.id}@")


def test_a_header_smuggled_into_a_subject_is_not_sent(mailoutbox: list[EmailMessage]) -> None:
    record_outbox_event(
        topic="mail",
        dedupe_key="a",
        payload={"to": ["finance@example.org"], "subject": "x\nBcc: other@example.org", "body": ""},
    )
    assert dispatch_outbox() == 0
    assert mailoutbox == []
    assert "BadHeaderError" in OutboxEvent.objects.get().last_error
