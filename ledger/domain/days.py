"""Calendar days of the reserve and the instants they begin and end.

Results are in UTC: two datetimes of one zone are compared and subtracted by their wall clocks, which
is wrong on the days the clocks change.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of the calendar day, in UTC."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant that no longer belongs to the calendar day, in UTC (an exclusive bound)."""
    return start_of_day(day + timedelta(days=1), zone)


def day_of(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day an aware instant falls on. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(zone).date()
