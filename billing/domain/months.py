"""Calendar months."""

from datetime import date, timedelta

from billing.domain.periods import Period

_ONE_DAY = timedelta(days=1)


def first_of_next_month(day: date) -> date:
    """The first day of the month after the one that `day` lies in."""
    return (day.replace(day=28) + 4 * _ONE_DAY).replace(day=1)


def first_of_previous_month(day: date) -> date:
    """The first day of the month before the one that `day` lies in."""
    return (day.replace(day=1) - _ONE_DAY).replace(day=1)


def month_of(day: date) -> Period:
    """The month a day lies in."""
    return Period(day.replace(day=1), first_of_next_month(day))
