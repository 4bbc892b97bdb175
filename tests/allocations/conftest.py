"""The standing reserve of these tests."""

import pytest

from tests.allocations.standing import House, build_example_d, build_house
from tests.standing_databases import standing_fixture

standing_house = standing_fixture("standing_house", build_house)
standing_example_d = standing_fixture("standing_example_d", build_example_d)


@pytest.fixture
def house(standing_house: House) -> House:
    """A stocked reserve's people and three active firms that hold nothing yet."""
    return standing_house


@pytest.fixture
def committed_house(committed_database: str) -> House:
    """The same in a database of its own, where commits are real."""
    return build_house()


@pytest.fixture
def example_d(standing_example_d: House) -> House:
    """Positions of 500 and 300 kg, 100 kg of nobody's."""
    return standing_example_d
