"""The standing reserve that the firms are members of."""

import pytest

from tests.reserve.standing import People, build_reserve
from tests.standing_databases import standing_fixture

standing_people = standing_fixture("standing_people", build_reserve)


@pytest.fixture
def people(standing_people: People) -> People:
    """A reserve with funding and no firm yet; answers who acts in it."""
    return standing_people
