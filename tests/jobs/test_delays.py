"""The delay before another try doubles from its base and never passes its cap."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.domain.delays import retry_delay


def delay(attempts: int) -> float:
    """Seconds after so many attempts, from 5 seconds up to 10 minutes."""
    return retry_delay(
        attempts=attempts, base=timedelta(seconds=5), cap=timedelta(minutes=10)
    ).total_seconds()


def test_the_delay_doubles_with_each_failure() -> None:
    assert [delay(attempts) for attempts in (1, 2, 3, 4, 5, 6, 7, 8)] == [5, 10, 20, 40, 80, 160, 320, 600]


@given(st.integers(1, 10_000))
def test_it_never_shrinks_and_never_passes_the_cap(attempts: int) -> None:
    assert 5 <= delay(attempts) <= delay(attempts + 1) <= 600


def test_there_is_no_delay_before_a_first_failure() -> None:
    with pytest.raises(ValueError, match="at least one attempt"):
        delay(0)
