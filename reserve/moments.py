"""When something is said to have happened."""

from datetime import datetime

from django.utils import timezone

from reserve.errors import DatesReversed, EffectiveInFuture


def refuse_future(moment: datetime) -> None:
    """Raise EffectiveInFuture for a moment that is still to come."""
    now = timezone.now()
    if moment > now:
        raise EffectiveInFuture(
            "This has not happened yet.",
            field="effective_at",
            effective_at=moment.isoformat(),
            now=now.isoformat(),
        )


def refuse_before(moment: datetime, earliest: datetime, message: str, **details: str) -> None:
    """Raise DatesReversed, with the message, for a moment before another."""
    if moment < earliest:
        raise DatesReversed(message, field="effective_at", earliest=earliest.isoformat(), **details)
