"""Periods: what is closed stays as it is reported."""

from datetime import datetime

from django.db import connection

from errors import refusals_of_constraints
from ledger.domain.texts import is_storable
from ledger.errors import MalformedPeriod

LONGEST_REASON = 500


def close_period(*, closed_until: datetime, reason: str) -> None:
    """Close everything before `closed_until` for good: no journal takes effect there any more.

    Waits for whoever is posting, so that nothing slips in behind it; call it before anything is posted
    in its transaction. Raises MalformedPeriod, PeriodNotOver, PeriodAlreadyClosed, ClosingAfterPosting,
    LedgerBusy.
    """
    if closed_until.tzinfo is None:
        raise MalformedPeriod("A time needs a zone.", field="closed_until")
    if not is_storable(reason, longest=LONGEST_REASON):
        raise MalformedPeriod(f"A reason has 1 to {LONGEST_REASON} characters.", field="reason")
    with refusals_of_constraints(), connection.cursor() as cursor:
        cursor.execute("select ledger_close_period(%s, %s)", [closed_until, reason])
