"""Transfers of rights over REST: proposed by an administrator, decided by another, seen by both sides."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.models import Proposal, User
from members.models import Agreement, Commitment
from tests.api.conftest import ClientOf, Doors

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(doors: Doors) -> Commitment:
    return Commitment.objects.filter(firm=doors.own)[0]


def ask(client: APIClient, doors: Doors, sold: Commitment, **changes: object) -> Any:
    body = {
        "to_agreement_id": str(Agreement.objects.filter(firm=doors.other)[0].id),
        "quantity_kg": "1000",
        "position_kg": "0",
        "reason": "contract of 2 April (example)",
    }
    return client.post(
        f"/api/v1/firms/{sold.firm_id}/commitments/{sold.id}/transfers", body | changes, format="json"
    )


def test_both_sides_see_it_and_what_is_left(
    doors: Doors, sold: Commitment, administrator: User, approver: User, client_of: ClientOf
) -> None:
    proposal = ask(client_of(administrator), doors, sold)
    assert proposal.status_code == 201, proposal.content
    address = f"/api/v1/proposals/{proposal.json()['id']}/approve"
    approval = client_of(approver).post(address, {}, format="json")
    assert approval.status_code == 200, approval.content

    for client, firm in ((doors.member, doors.own), (doors.rival, doors.other)):
        (item,) = client.get(f"/api/v1/firms/{firm.id}/rights-transfers").json()["items"]
        assert (item["from_firm_id"], item["to_firm_id"]) == (str(doors.own.id), str(doors.other.id))
        assert (item["quantity_kg"], item["position_kg"], item["material"]) == ("1000", "0", "antimony")
    (kept,) = doors.member.get(f"/api/v1/firms/{doors.own.id}/commitments").json()["items"]
    assert (kept["quantity_kg"], kept["open_kg"]) == ("50000", "49000")
    bought = doors.rival.get(f"/api/v1/firms/{doors.other.id}/commitments").json()["items"][-1]
    assert (bought["id"], bought["upfront_fee_usd"]) == (item["taken_over_as_id"], "0.00")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"quantity_kg": "0"}, 400, "quantity_not_positive"),
        ({"quantity_kg": "-1"}, 400, "quantity_out_of_range"),
        ({"quantity_kg": "1.0001"}, 400, "too_many_decimals"),
        ({"quantity_kg": 1000}, 400, "malformed_quantity"),
        ({"quantity_kg": "60000"}, 422, "rights_exceeded"),
        ({"quantity_kg": "9" * 30}, 400, "quantity_out_of_range"),
        ({"position_kg": "1001"}, 422, "rights_exceeded"),
        ({"position_kg": None}, 400, "missing_field"),
        ({"to_agreement_id": "1"}, 400, "malformed_id"),
        ({"to_agreement_id": "00000000-0000-4000-8000-000000000000"}, 404, "agreement_not_found"),
        ({"reason": ""}, 400, "empty_text"),
        ({"price": "1"}, 400, "unknown_field"),
    ],
)
def test_a_wrong_wish_is_refused(
    doors: Doors,
    sold: Commitment,
    administrator: User,
    client_of: ClientOf,
    changes: dict[str, object],
    status: int,
    code: str,
) -> None:
    answer = ask(client_of(administrator), doors, sold, **changes)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    (name,) = changes
    assert answer.json()["field"] == name
    assert not Proposal.objects.filter(action="members.transfer_rights").exists()


def test_a_commitment_of_another_firm_is_none(
    doors: Doors, sold: Commitment, administrator: User, client_of: ClientOf
) -> None:
    foreign = Commitment(id=sold.id, firm_id=doors.other.id)
    answer = ask(client_of(administrator), doors, foreign)

    assert (answer.status_code, answer.json()["code"]) == (404, "commitment_not_found")
