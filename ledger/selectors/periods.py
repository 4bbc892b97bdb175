"""Until when the ledger is closed."""

from datetime import datetime

from django.db.models import Max

from ledger.models import ClosedPeriod


def get_open_from() -> datetime | None:
    """The first instant that is not closed; None while nothing is."""
    open_from: datetime | None = ClosedPeriod.objects.aggregate(latest=Max("closed_until"))["latest"]
    return open_from
