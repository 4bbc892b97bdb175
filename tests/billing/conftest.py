"""The standing reserve, on a day on which March can be billed."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from tests.billing.standing import Reserve, make_reserve


@pytest.fixture
def early_april() -> Iterator[None]:
    """It is 2 April 2026. The database's own clock goes on as it is."""
    with time_machine.travel(datetime(2026, 4, 2, 15, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def reserve(db: None, early_april: None) -> Reserve:
    return make_reserve()
