"""People of the reserve and clients that are signed in as them by key."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import time_machine
from rest_framework.test import APIClient

from governance.models import User
from governance.services import create_api_key, create_user
from members.models import Firm
from members.services import add_firm_user
from tests.billing.standing import Reserve, make_reserve

ClientOf = Callable[[User], APIClient]


@pytest.fixture
def client_of() -> ClientOf:
    """A client that sends an API key of the user."""

    def make(user: User) -> APIClient:
        _, secret = create_api_key(user=user, name="test")
        client = APIClient(raise_request_exception=False)
        # Answers carry the request's identifier; with one for all, equal answers are equal.
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}", HTTP_X_REQUEST_ID="one-request")
        return client

    return make


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


@pytest.fixture
def doors(db: None, client_of: ClientOf) -> Iterator[Doors]:
    """It is 2 April 2026."""
    with time_machine.travel(datetime(2026, 4, 2, 15, 0, tzinfo=UTC)):
        reserve = make_reserve()
        own, other = reserve.add_firm("Acme Alloys (example)"), reserve.add_firm("Beta Batteries (example)")
        reserve.store(own, "2026-03-01", 12_000_000)
        reserve.store(other, "2026-03-01", 7_000_000)
        people = [create_user(username=name) for name in ("mia", "ron", "sam")]
        for person, firm in zip(people, (own, other), strict=False):
            add_firm_user(firm_id=firm.id, user=person, role="owner", actor=reserve.administrator)
        member, rival, stranger = (client_of(person) for person in people)
        auditor = create_user(username="cleo", roles=["auditor"])
        yield Doors(reserve, own, other, member, rival, client_of(auditor), stranger)


@pytest.fixture
def billed(doors: Doors) -> Doors:
    """The same with March billed and final."""
    doors.reserve.set_rate("0.62", "2026-01-01")
    doors.reserve.finalise()
    return doors
