"""Keeping what a month is charged with and the fee run of that month from changing past each other."""

from django.db import connection

_LOCK = "select pg_advisory_xact_lock(hashtextextended('billing.months', 0))"


def lock_months() -> None:
    """Wait for whoever starts a fee run or puts a rate card in force, until this transaction ends.

    Taken before any row, so that a run that starts sees every card that was approved before, and a card
    that is approved sees every run.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
