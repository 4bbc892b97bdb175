"""How the outbox reaches the outside: one transport per topic."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.utils import DNS_NAME

from jobs.errors import UnknownOutboxTopic


@dataclass(frozen=True)
class Delivery:
    """One try at delivering an event. `event_id` stays the same with every try, so a receiver can tell."""

    event_id: uuid.UUID
    topic: str
    payload: dict[str, Any]
    attempt: int


# Returns when the outside has taken the message; raises anything if it has not.
Deliver = Callable[[Delivery], None]
_TRANSPORTS: dict[str, Deliver] = {}


def register_transport(topic: str, deliver: Deliver) -> None:
    """Make `deliver` responsible for a topic. Call it in the `ready` of the app that owns the topic."""
    _TRANSPORTS[topic] = deliver


def get_transport(topic: str) -> Deliver:
    """The transport of a topic, or the refusal unknown_outbox_topic."""
    try:
        return _TRANSPORTS[topic]
    except KeyError:
        raise UnknownOutboxTopic(f"no transport for topic {topic!r}", field="topic", topic=topic) from None


def deliver_mail(delivery: Delivery) -> None:
    """Send a mail of plain text through Django's mail backend: payload `to` (list), `subject`, `body`.

    The Message-ID is made of the event's id, so that a mail that went out twice can be recognised.
    """
    payload = delivery.payload
    EmailMessage(
        subject=payload["subject"],
        body=payload["body"],
        to=payload["to"],
        headers={"Message-ID": f"<{delivery.event_id}@{DNS_NAME}>"},
    ).send()


register_transport("mail", deliver_mail)
