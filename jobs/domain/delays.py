"""How long to wait before trying again."""

from datetime import timedelta


def retry_delay(*, attempts: int, base: timedelta, cap: timedelta) -> timedelta:
    """Delay after the `attempts`-th attempt failed: base, twice base, four times base ... at most cap."""
    if attempts < 1:
        raise ValueError("a delay follows at least one attempt")
    doublings = min(attempts - 1, 30)
    return min(base * (1 << doublings), cap)
