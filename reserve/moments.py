"""When something is said to have happened."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from ledger.domain.days import end_of_day
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


def end_of_reserve_day(day: date) -> datetime:
    """The first instant that no longer belongs to the day in the reserve's time zone."""
    return end_of_day(day, ZoneInfo(settings.TIME_ZONE))
