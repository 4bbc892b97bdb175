"""The calendar of business days: Monday to Friday without US federal holidays."""

from datetime import date
from functools import cache

import holidays

_SATURDAY = 5


@cache
def _federal_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("US", years=year))


def is_business_day(day: date) -> bool:
    """Whether business is done on the day."""
    return day.weekday() < _SATURDAY and day not in _federal_holidays(day.year)
