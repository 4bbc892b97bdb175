"""The standing reserve, on a day on which March can be billed."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from tests.billing.standing import Reserve, build_reserve_of_april
from tests.standing_databases import standing_fixture

standing_reserve = standing_fixture("standing_reserve", build_reserve_of_april)


@pytest.fixture
def early_april() -> Iterator[None]:
    """It is 2 April 2026. The database's own clock goes on as it is."""
    with time_machine.travel(datetime(2026, 4, 2, 15, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def reserve(standing_reserve: Reserve, early_april: None) -> Reserve:
    return standing_reserve
