"""Record what leaves the house, and send it."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from jobs.domain.payloads import JSON, as_plain, find_unfit_value
from jobs.errors import MalformedJob, OutboxKeyConflict
from jobs.models import OutboxEvent
from jobs.notes import offer_work


def record_outbox_event(
    *,
    topic: str,
    dedupe_key: str,
    payload: Mapping[str, JSON],
    available_at: datetime | None = None,
) -> OutboxEvent:
    """Record a message in the transaction of the effect it tells of; it leaves after that commits.

    An event that has the dedupe key already is returned as it is.
    Refusals: malformed_job (payload), outbox_key_conflict (same key, other topic or payload).
    """
    if (unfit := find_unfit_value(payload)) is not None:
        raise MalformedJob(f"the payload holds a value JSON can't keep exactly at {unfit}", field="payload")
    plain = as_plain(payload)
    event = OutboxEvent(topic=topic, dedupe_key=dedupe_key, payload=plain)
    if available_at is not None:
        event.available_at = available_at
    OutboxEvent.objects.bulk_create([event], ignore_conflicts=True)
    standing = OutboxEvent.objects.get(dedupe_key=dedupe_key)
    if standing.topic != topic or standing.payload != plain:
        raise OutboxKeyConflict(
            f"dedupe key {dedupe_key!r} already stands for another event", field="dedupe_key"
        )
    if standing.id == event.id:
        transaction.on_commit(offer_work, robust=True)
    return standing


def replay_outbox_event(*, event_id: uuid.UUID) -> OutboxEvent:
    """Try a dead event again."""
    raise NotImplementedError
