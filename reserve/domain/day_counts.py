"""Day counts: which part of a year lies between two days.

The conventions are those of the 2006 ISDA Definitions, section 4.16: (e) Actual/360,
(d) Actual/365 (Fixed) and (f) 30/360, also called 360/360 or Bond Basis.
"""

from datetime import date
from enum import StrEnum


class DayCount(StrEnum):
    """A day count by the name that agreements and policy values use for it."""

    ACT_360 = "ACT/360"
    ACT_365F = "ACT/365F"
    THIRTY_360 = "30/360"

    @property
    def days_per_year(self) -> int:
        """The denominator."""
        return 365 if self is DayCount.ACT_365F else 360


def days_between(start: date, end: date, day_count: DayCount) -> int:
    """Days from `start` up to, but without, `end` as the convention counts them."""
    if day_count is not DayCount.THIRTY_360:
        return (end - start).days
    first = min(start.day, 30)
    last = 30 if end.day == 31 and first == 30 else end.day
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


def days_within(period_start: date, start: date, end: date, day_count: DayCount) -> int:
    """Days of a part of a period, such that the parts of the period always add up to the whole.

    30/360 alone is not additive (1 to 31 January and 31 January to 1 March are 30 + 31 days, 1 January
    to 1 March is 60), so a part is counted as the difference of two counts from the period's start.
    """
    return days_between(period_start, end, day_count) - days_between(period_start, start, day_count)
