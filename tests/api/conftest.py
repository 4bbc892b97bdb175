"""People of the reserve and clients that are signed in as them by key."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import time_machine
from rest_framework.test import APIClient

from governance.models import User
from governance.services import create_user
from members.models import Firm
from tests.api.standing import Keyholders, build_billed, build_keyholders, client_with, secret_of
from tests.billing.standing import Reserve
from tests.standing_databases import standing_fixture

ClientOf = Callable[[User], APIClient]


standing_keyholders = standing_fixture("standing_keyholders", build_keyholders)
standing_billed = standing_fixture("standing_billed", build_billed)


@pytest.fixture
def client_of() -> ClientOf:
    """A client that sends an API key of the user."""
    return lambda user: client_with(secret_of(user))


@pytest.fixture
def anonymous() -> APIClient:
    return APIClient(raise_request_exception=False)


@pytest.fixture
def administrator(db: None) -> User:
    return create_user(username="ada", full_name="Ada", roles=["administrator"])


@pytest.fixture
def approver(db: None) -> User:
    return create_user(username="bob", roles=["approver"])


@pytest.fixture
def auditor(db: None) -> User:
    return create_user(username="cleo", roles=["auditor"])


@dataclass(frozen=True)
class Doors:
    """Two firms with stock, one person of each, and a client for everybody."""

    reserve: Reserve
    own: Firm
    other: Firm
    member: APIClient
    rival: APIClient
    staff: APIClient
    stranger: APIClient

    @classmethod
    def of(cls, holders: Keyholders) -> "Doors":
        """Clients with their keys."""
        secrets = (holders.member, holders.rival, holders.staff, holders.stranger)
        return cls(holders.reserve, holders.own, holders.other, *map(client_with, secrets))


@pytest.fixture
def early_april() -> Iterator[None]:
    """It is 2 April 2026."""
    with time_machine.travel(datetime(2026, 4, 2, 15, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def doors(standing_keyholders: Keyholders, early_april: None) -> Doors:
    """Nothing is billed yet."""
    return Doors.of(standing_keyholders)


@pytest.fixture
def billed(standing_billed: Keyholders, early_april: None) -> Doors:
    """The same with March billed and final."""
    return Doors.of(standing_billed)
