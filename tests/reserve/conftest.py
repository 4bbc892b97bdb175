"""The standing reserve of these tests."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from reserve.services import draw_funding
from tests.reserve.lending import DRAWN, register
from tests.reserve.standing import NOON, People, build_reserve
from tests.standing_databases import standing_fixture

standing_people = standing_fixture("standing_people", build_reserve)


@pytest.fixture
def people(standing_people: People) -> People:
    """A reserve with materials, facilities, a trader and a million dollars; answers who acts in it."""
    return standing_people


@pytest.fixture
def june() -> Iterator[None]:
    """It is the tenth of June 2026."""
    with time_machine.travel(datetime(2026, 6, 10, 16, tzinfo=UTC)):
        yield


@pytest.fixture
def loan(people: People, june: None) -> People:
    """A loan of which seven and a half million were drawn on the first of March."""
    register("loan-b")
    draw_funding(tranche_code="loan-b", amount_cents=DRAWN, actor=people.finance, effective_at=NOON)
    return people
