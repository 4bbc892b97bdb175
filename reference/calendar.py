"""The days of the reference reserve. Fixed, so that every machine prints the same figures."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from ledger.domain.days import start_of_day

LIST_IN_FORCE = date(2025, 11, 7)
FUNDED_ON = date(2026, 2, 2)
ORDERED_ON = date(2026, 2, 9)
FIRST_DELIVERY_ON = date(2026, 2, 27)
JOINED_ON = date(2026, 3, 1)
SECOND_DELIVERY_ON = date(2026, 3, 16)
BILLED_MONTH = date(2026, 3, 1)


def at_start_of(day: date) -> datetime:
    """Midnight at which a day of the reserve begins."""
    return start_of_day(day, ZoneInfo(settings.TIME_ZONE))
