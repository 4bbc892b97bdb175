"""Two firms with stock, one person of each, and the keys that everybody knocks with. Examples."""

from dataclasses import dataclass
from datetime import UTC, datetime

import time_machine
from rest_framework.test import APIClient

from governance.models import User
from governance.services import create_api_key, create_user
from members.models import Firm
from members.services import add_firm_user
from tests.billing.standing import Reserve, make_reserve


@dataclass(frozen=True)
class Keyholders:
    """The reserve, its two firms, and the keys of a member, a rival, an auditor and a stranger."""

    reserve: Reserve
    own: Firm
    other: Firm
    member: str
    rival: str
    staff: str
    stranger: str


def build_keyholders() -> Keyholders:
    """As of an hour before the tests' own time on 2 April 2026."""
    with time_machine.travel(datetime(2026, 4, 2, 14, 0, tzinfo=UTC)):
        reserve = make_reserve()
        own, other = reserve.add_firm("Acme Alloys (example)"), reserve.add_firm("Beta Batteries (example)")
        reserve.store(own, "2026-03-01", 12_000_000)
        reserve.store(other, "2026-03-01", 7_000_000)
        people = [create_user(username=name) for name in ("mia", "ron", "sam")]
        for person, firm in zip(people, (own, other), strict=False):
            add_firm_user(firm_id=firm.id, user=person, role="owner", actor=reserve.administrator)
        member, rival, stranger = (secret_of(person) for person in people)
        auditor = create_user(username="cleo", roles=["auditor"])
        return Keyholders(reserve, own, other, member, rival, secret_of(auditor), stranger)


def build_billed() -> Keyholders:
    """The same with March billed and final."""
    keyholders = build_keyholders()
    with time_machine.travel(datetime(2026, 4, 2, 14, 30, tzinfo=UTC)):
        keyholders.reserve.set_rate("0.62", "2026-01-01")
        keyholders.reserve.finalise()
    return keyholders


def secret_of(user: User) -> str:
    """What a new API key of the user is sent as."""
    _, secret = create_api_key(user=user, name="test")
    return secret


def client_with(secret: str) -> APIClient:
    """A client that sends it."""
    client = APIClient(raise_request_exception=False)
    # Answers carry the request's identifier; with one for all, equal answers are equal.
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}", HTTP_X_REQUEST_ID="one-request")
    return client
