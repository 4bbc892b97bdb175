"""The standing reserve of these tests."""

import pytest

from tests.allocations.standing import House, build_house, hold


@pytest.fixture
def house(db: None) -> House:
    """A stocked reserve's people and three active firms that hold nothing yet."""
    return build_house()


@pytest.fixture
def committed_house(committed_database: str) -> House:
    """The same in a database of its own, where commits are real."""
    return build_house()


@pytest.fixture
def example_d(house: House) -> House:
    """Positions of 500 and 300 kg, 100 kg of nobody's."""
    hold(house.alder, 500)
    hold(house.birch, 300)
    hold(None, 100)
    return house
