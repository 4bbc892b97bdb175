"""When an invoice is issued and when it is due, in business days."""

from collections.abc import Callable
from datetime import date, timedelta

from billing.domain.months import first_of_next_month

IsBusinessDay = Callable[[date], bool]

_DAY = timedelta(days=1)


def nth_business_day(*, month: date, number: int, is_business_day: IsBusinessDay) -> date:
    """The `number`-th business day from the first of a month on, counted beyond its end if need be."""
    day = month - _DAY
    for _ in range(number):
        day = next_business_day(day=day + _DAY, is_business_day=is_business_day)
    return day


def next_business_day(*, day: date, is_business_day: IsBusinessDay) -> date:
    """The day itself if business is done on it, else the next day on which it is."""
    while not is_business_day(day):
        day += _DAY
    return day


def issue_date(*, month: date, finalised_on: date, business_day: int, is_business_day: IsBusinessDay) -> date:
    """Day an invoice for `month` is issued: a business day of the next month, or later if finalised later.

    An invoice is never dated back, for it would be due, or overdue, before anybody has seen it.
    """
    planned = nth_business_day(
        month=first_of_next_month(month), number=business_day, is_business_day=is_business_day
    )
    return max(planned, finalised_on)


def due_date(*, issued_on: date, due_day: int, is_business_day: IsBusinessDay) -> date:
    """Day an invoice is due: the `due_day` of the month it is issued in, rolled to the next business day.

    An invoice issued on that day of the month or later is due in the month after.
    """
    planned = issued_on.replace(day=due_day)
    if planned <= issued_on:
        planned = first_of_next_month(issued_on).replace(day=due_day)
    return next_business_day(day=planned, is_business_day=is_business_day)
