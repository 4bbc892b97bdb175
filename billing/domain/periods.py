"""Half-open stretches of calendar days."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `starts_on` up to, but without, `ends_on`.

    Raises ValueError unless at least one day lies inside.
    """

    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        if self.starts_on >= self.ends_on:
            raise ValueError(f"a period from {self.starts_on} to {self.ends_on} holds no day")

    @property
    def last_day(self) -> date:
        """The last day that lies inside."""
        return self.ends_on - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many calendar days lie inside."""
        return (self.ends_on - self.starts_on).days

    def overlap(self, starts_on: date, ends_on: date | None) -> "Period | None":
        """The days this period shares with another stretch; an `ends_on` of None never ends."""
        first = max(self.starts_on, starts_on)
        end = self.ends_on if ends_on is None else min(self.ends_on, ends_on)
        return Period(first, end) if first < end else None
