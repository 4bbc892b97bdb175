"""Three people and one registered step, for the tests of governance."""

from collections.abc import Iterator

import pytest

from governance import approvals
from governance.models import Proposal, User
from governance.services import create_user


@pytest.fixture
def administrator(db: None) -> User:
    return create_user(username="ada", roles=["administrator", "approver"])


@pytest.fixture
def approver(db: None) -> User:
    return create_user(username="bob", roles=["approver"])


@pytest.fixture
def outsider(db: None) -> User:
    return create_user(username="cleo", roles=["auditor"])


@pytest.fixture
def applied() -> Iterator[list[Proposal]]:
    """The proposals that the step "test.open_gate" was applied for."""
    seen: list[Proposal] = []
    approvals.register_action(action="test.open_gate", apply=lambda proposal, actor: seen.append(proposal))
    yield seen
    del approvals._ACTIONS["test.open_gate"]
