"""The standing reserve of these tests."""

import pytest

from tests.reserve.standing import People, build_reserve


@pytest.fixture
def people(db: None) -> People:
    """A reserve with materials, facilities, a trader and a million dollars; answers who acts in it."""
    return build_reserve()
