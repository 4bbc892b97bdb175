"""A day of the reserve begins and ends at midnight of its own zone, also when the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ledger.domain.days import day_of, end_of_day, start_of_day

NEW_YORK = ZoneInfo("America/New_York")


def test_a_winter_day_begins_at_five_utc() -> None:
    assert start_of_day(date(2026, 2, 2), NEW_YORK) == datetime(2026, 2, 2, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 6, 1), 24)]
)
def test_a_day_lasts_as_long_as_its_clock_says(day: date, hours: int) -> None:
    assert end_of_day(day, NEW_YORK) - start_of_day(day, NEW_YORK) == timedelta(hours=hours)


def test_a_day_without_midnight_begins_at_its_first_instant() -> None:
    # In Beirut the clock went from 23:59:59 on 26 March 2022 to 01:00:00.
    beirut = ZoneInfo("Asia/Beirut")
    begin = start_of_day(date(2022, 3, 27), beirut)
    assert day_of(begin, beirut) == date(2022, 3, 27)
    assert day_of(begin - timedelta(microseconds=1), beirut) == date(2022, 3, 26)


def test_the_last_instant_of_a_day_still_belongs_to_it() -> None:
    end = end_of_day(date(2026, 3, 31), NEW_YORK)
    assert day_of(end - timedelta(microseconds=1), NEW_YORK) == date(2026, 3, 31)
    assert day_of(end, NEW_YORK) == date(2026, 4, 1)


def test_an_instant_without_a_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="zone"):
        day_of(datetime(2026, 1, 1), NEW_YORK)  # noqa: DTZ001 - the naive time is the point
