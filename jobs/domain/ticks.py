"""Which tick of a rhythm came last."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def latest_interval_tick(*, now: datetime, every_seconds: int) -> datetime:
    """The last multiple of the interval since 1970 that is not after `now` (aware), in UTC."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    interval = timedelta(seconds=every_seconds)
    return epoch + ((now - epoch) // interval) * interval


def latest_daily_tick(*, now: datetime, at: time, zone: ZoneInfo) -> datetime:
    """The last instant not after `now` (aware) at which clocks in `zone` passed `at`, in UTC; once per day.

    A time that the spring change leaves out comes as much later as the clocks were moved; a time that the
    autumn change repeats counts the first time.
    """
    today = now.astimezone(zone).date()
    for date in (today, today - timedelta(days=1)):
        tick = datetime.combine(date, at, zone).astimezone(UTC)
        if tick <= now:
            return tick
    raise AssertionError("yesterday's tick is never after now")
