"""Times in exports: always UTC, always with six decimals."""

from datetime import UTC, datetime


def text_of_moment(moment: datetime) -> str:
    """An aware time, such as 2026-03-02T17:00:00.000000Z."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
