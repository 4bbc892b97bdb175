"""The standing reserve that the firms are members of."""

import pytest

from tests.reserve.standing import People, build_reserve


@pytest.fixture
def people(db: None) -> People:
    """A reserve with funding and no firm yet; answers who acts in it."""
    return build_reserve()
