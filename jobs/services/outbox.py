"""Record what leaves the house, and send it: at least once, in the order it became available."""

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from jobs.domain.delays import retry_delay
from jobs.domain.payloads import JSON, require_fit
from jobs.errors import MalformedJob, OutboxEventNotFound, OutboxEventNotReplayable, OutboxKeyConflict
from jobs.models import OutboxEvent
from jobs.notes import offer_work
from jobs.selectors import waiting_events
from jobs.timing import back_off_base, back_off_cap
from jobs.transports import Delivery, get_transport
from tenancy import RESERVE, acting_for

# Nobody else tries an event for this long while one process is trying it.
DELIVERY_LEASE = timedelta(minutes=2)
ERROR_TEXT_LIMIT = 1000

logger = logging.getLogger(__name__)


def record_outbox_event(
    *,
    topic: str,
    dedupe_key: str,
    payload: Mapping[str, JSON],
    available_at: datetime | None = None,
) -> OutboxEvent:
    """Record a message in the transaction of the effect that it tells of; it leaves after that commits.

    An event that has the dedupe key already is returned as it is.
    Refusals: unknown_outbox_topic, malformed_job, outbox_key_conflict (same key, other topic or payload).
    """
    get_transport(topic)
    if not 0 < len(dedupe_key) <= 200:
        raise MalformedJob("a dedupe key has 1 to 200 characters", field="dedupe_key")
    plain = require_fit(payload)
    event = OutboxEvent(topic=topic, dedupe_key=dedupe_key, payload=plain)
    if available_at is not None:
        event.available_at = available_at
    # What leaves the house is the reserve's to see, whoever's step causes it.
    with acting_for(RESERVE):
        OutboxEvent.objects.bulk_create([event], ignore_conflicts=True)
        standing = OutboxEvent.objects.get(dedupe_key=dedupe_key)
    if standing.topic != topic or standing.payload != plain:
        raise OutboxKeyConflict(
            f"dedupe key {dedupe_key!r} already stands for another event", field="dedupe_key"
        )
    if standing.id == event.id:
        transaction.on_commit(offer_work, robust=True)
    return standing


def dispatch_outbox(*, limit: int = 100) -> int:
    """Try up to `limit` events that are due. Returns how many were delivered."""
    _bury_killers()
    delivered = 0
    for _ in range(limit):
        event = _claim_event()
        if event is None:
            break
        delivered += _try_event(event)
    return delivered


def replay_outbox_event(*, event_id: uuid.UUID) -> OutboxEvent:
    """Try a dead event anew, with all its attempts to spend.

    Refusals: outbox_event_not_found, outbox_event_not_replayable.
    """
    with transaction.atomic():
        event = OutboxEvent.objects.select_for_update(no_key=True).filter(pk=event_id).first()
        if event is None:
            raise OutboxEventNotFound(f"no outbox event {event_id}", field="event_id")
        if event.dead_at is None:
            raise OutboxEventNotReplayable(f"outbox event {event_id} is not dead", field="event_id")
        OutboxEvent.objects.filter(pk=event_id).update(dead_at=None, attempts=0, available_at=Now())
        event.refresh_from_db()
        transaction.on_commit(offer_work, robust=True)
    return event


def _bury_killers() -> None:
    """Give up events that spent their last attempt without even failing: each try ended its process."""
    spent = waiting_events().filter(
        available_at__lte=Now(), attempts__gte=settings.STRONGROOM_OUTBOX_ATTEMPT_LIMIT
    )
    spent.update(dead_at=Now(), last_error="the process that tried ended without an answer")


def _claim_event() -> OutboxEvent | None:
    """Take the event due longest and count the attempt before it is made: it may kill this process."""
    with transaction.atomic():
        due = waiting_events().filter(available_at__lte=Now()).order_by("available_at", "id")
        event = due.select_for_update(skip_locked=True, no_key=True).first()
        if event is not None:
            event.attempts += 1
            OutboxEvent.objects.filter(pk=event.pk).update(
                attempts=event.attempts, available_at=Now() + DELIVERY_LEASE
            )
    return event


def _try_event(event: OutboxEvent) -> bool:
    """Hand the event to its transport; no transaction is open meanwhile."""
    mine = waiting_events().filter(pk=event.pk, attempts=event.attempts)
    delivery = Delivery(event_id=event.id, topic=event.topic, payload=event.payload, attempt=event.attempts)
    try:
        get_transport(event.topic)(delivery)
    except Exception as error:
        logger.exception("outbox event %s (%s), attempt %s", event.id, event.topic, event.attempts)
        text = f"{type(error).__name__}: {error}"[:ERROR_TEXT_LIMIT]
        if event.attempts >= settings.STRONGROOM_OUTBOX_ATTEMPT_LIMIT:
            mine.update(dead_at=Now(), last_error=text)
        else:
            delay = retry_delay(attempts=event.attempts, base=back_off_base(), cap=back_off_cap())
            mine.update(available_at=Now() + delay, last_error=text)
        return False
    return bool(mine.update(delivered_at=Now(), last_error=""))
