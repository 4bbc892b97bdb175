"""The latest tick of a rhythm: never after now, never more than one rhythm ago, one per day of the zone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from jobs.domain.ticks import latest_daily_tick, latest_interval_tick

NEW_YORK = ZoneInfo("America/New_York")
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
TIMES = st.times().map(lambda value: value.replace(microsecond=0))


def utc(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(now: str, at: str) -> datetime:
    """The latest tick in New York."""
    return latest_daily_tick(now=utc(now), at=time.fromisoformat(at), zone=NEW_YORK)


@given(MOMENTS, st.integers(1, 10**7))
def test_an_interval_tick_is_less_than_one_interval_ago(now: datetime, seconds: int) -> None:
    tick = latest_interval_tick(now=now, every_seconds=seconds)
    assert timedelta(0) <= now - tick < timedelta(seconds=seconds)
    assert tick.timestamp() % seconds == 0


@given(MOMENTS, st.integers(1, 10**6))
def test_an_interval_tick_stays_until_the_next(now: datetime, seconds: int) -> None:
    tick = latest_interval_tick(now=now, every_seconds=seconds)
    just_before = tick + timedelta(seconds=seconds) - timedelta(microseconds=1)
    assert latest_interval_tick(now=just_before, every_seconds=seconds) == tick


@given(MOMENTS, TIMES)
def test_a_daily_tick_is_at_most_a_long_day_ago(now: datetime, at: time) -> None:
    tick = latest_daily_tick(now=now, at=at, zone=NEW_YORK)
    assert timedelta(0) <= now - tick <= timedelta(hours=25)


@given(MOMENTS, TIMES)
def test_each_day_has_one_daily_tick(now: datetime, at: time) -> None:
    tick = latest_daily_tick(now=now, at=at, zone=NEW_YORK)
    next_tick = latest_daily_tick(now=tick + timedelta(hours=26), at=at, zone=NEW_YORK)
    assert next_tick.astimezone(NEW_YORK).date() == tick.astimezone(NEW_YORK).date() + timedelta(days=1)


def test_before_the_time_of_day_yesterday_s_tick_is_the_latest() -> None:
    assert daily("2026-01-10 06:59", "02:00") == utc("2026-01-09 07:00")
    assert daily("2026-01-10 07:00", "02:00") == utc("2026-01-10 07:00")


def test_a_time_that_spring_leaves_out_comes_an_hour_later_by_the_clock() -> None:
    # On 8 March 2026 New York's clocks go from 02:00 to 03:00: 02:30 comes as 03:30 EDT.
    assert daily("2026-03-08 23:00", "02:30").astimezone(NEW_YORK).isoformat() == "2026-03-08T03:30:00-04:00"


def test_a_time_that_autumn_repeats_counts_the_first_time() -> None:
    # On 1 November 2026 the hour from 01:00 comes twice, first in daylight time.
    assert daily("2026-11-01 23:00", "01:30").astimezone(NEW_YORK).isoformat() == "2026-11-01T01:30:00-04:00"
