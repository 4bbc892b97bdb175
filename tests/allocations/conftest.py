"""The standing reserve of these tests."""

import pytest

from tests.allocations.standing import House, build_house


@pytest.fixture
def house(db: None) -> House:
    """A stocked reserve's people and three active firms that hold nothing yet."""
    return build_house()
