"""From application to position over REST: an administrator enrols a firm, second persons decide."""

from dataclasses import dataclass
from typing import Any

import pytest
from rest_framework.test import APIClient

from governance.models import User
from members.models import Commitment, Firm
from tests.api.conftest import ClientOf, Doors

pytestmark = pytest.mark.django_db

APPLICATION = {
    "legal_name": "Gamma Magnets (example)",
    "country": "US",
    "lei_waiver_reason": "an example has no identifier",
}


@dataclass(frozen=True)
class Office:
    """Clients of those who enrol."""

    administrator: APIClient
    approver: APIClient
    doors: Doors

    def post(self, address: str, body: object = None, **headers: str) -> Any:
        return self.administrator.post(f"/api/v1{address}", body or {}, format="json", headers=headers)

    def apply(self) -> str:
        answer = self.post("/firms", APPLICATION)
        assert answer.status_code == 201, answer.content
        return str(answer.json()["id"])

    def take(self, firm: str, *steps: str) -> list[str]:
        return [self.post(f"/firms/{firm}/{step}", {"reason": "example"}).json()["state"] for step in steps]


@pytest.fixture
def office(doors: Doors, administrator: User, approver: User, client_of: ClientOf) -> Office:
    return Office(client_of(administrator), client_of(approver), doors)


def test_from_application_to_an_active_member_with_a_commitment(office: Office) -> None:
    firm = office.apply()
    assert office.take(firm, "screen", "approve") == ["screened", "approved"]
    terms = {"terms_version": "1", "starts_on": "2026-03-01"}
    agreement = office.post(f"/firms/{firm}/agreements", terms).json()
    wish = {
        "agreement_id": agreement["id"],
        "material": "antimony",
        "quantity_kg": "1000",
        "fixed_price_usd_per_kg": "39.00",
        "starts_on": "2026-03-01",
    }
    made = office.post(f"/firms/{firm}/commitments", wish)
    assert made.status_code == 201, made.content
    assert (made.json()["fixed_price_usd_per_kg"], made.json()["upfront_fee_usd"]) == ("39", None)

    proposal = office.post(f"/firms/{firm}/activate", {"reason": "complete"}).json()
    approval = office.approver.post(f"/api/v1/proposals/{proposal['id']}/approve", {}, format="json")
    assert approval.status_code == 200, approval.content
    (commitment,) = office.administrator.get(f"/api/v1/firms/{firm}/commitments").json()["items"]
    assert commitment["upfront_fee_usd"] == "195.00"
    steps = office.administrator.get(f"/api/v1/firms/{firm}/transitions").json()["items"]
    assert [step["to_state"] for step in steps] == ["applied", "screened", "approved", "active"]
    assert office.take(firm, "suspend", "reinstate") == ["suspended", "active"]


def test_an_application_sent_twice_with_one_key_enrols_once(office: Office) -> None:
    first = office.post("/firms", APPLICATION, **{"Idempotency-Key": "apply-1"})
    second = office.post("/firms", APPLICATION, **{"Idempotency-Key": "apply-1"})

    assert first.json() == second.json()
    assert Firm.objects.filter(legal_name=APPLICATION["legal_name"]).count() == 1


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"legal_name": ""}, "empty_text", "legal_name"),
        ({"legal_name": None}, "missing_field", "legal_name"),
        ({"legal_name": "x" * 201}, "text_too_long", "legal_name"),
        ({"country": "USA"}, "text_too_long", "country"),
        ({"country": "1!"}, "malformed_country", "country"),
        ({"lei": "529900T8BM49AURSDO56"}, "malformed_lei", "lei"),
        ({"credit_limit_usd": "-1"}, "quantity_out_of_range", "credit_limit_usd"),
        ({"credit_limit_usd": "1.001"}, "too_many_decimals", "credit_limit_usd"),
        ({"credit_limit_usd": 5}, "malformed_quantity", "credit_limit_usd"),
        ({"lei_number": "x"}, "unknown_field", "lei_number"),
    ],
)
def test_a_wrong_application_is_refused(
    office: Office, changes: dict[str, object], code: str, field: str
) -> None:
    answer = office.post("/firms", APPLICATION | changes)

    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, code, field)
    assert not Firm.objects.filter(legal_name=APPLICATION["legal_name"]).exists()


def test_steps_in_the_wrong_order_and_without_a_reason_are_refused(office: Office) -> None:
    firm = office.apply()

    assert office.post(f"/firms/{firm}/approve").json()["code"] == "wrong_state"
    assert office.post(f"/firms/{firm}/screen").json()["code"] == "missing_field"
    assert office.post(f"/firms/{firm}/activate").json()["code"] == "wrong_state"
    agreement = office.post(f"/firms/{firm}/agreements", {"terms_version": "1", "starts_on": "2026-03-01"})
    assert (agreement.status_code, agreement.json()["code"]) == (409, "wrong_state")


def test_a_commitment_needs_an_agreement_of_the_same_firm(office: Office) -> None:
    other = Commitment.objects.filter(firm=office.doors.other).first()
    assert other is not None
    wish = {
        "agreement_id": str(other.agreement_id),
        "material": "antimony",
        "quantity_kg": "1",
        "fixed_price_usd_per_kg": "39.00",
        "starts_on": "2026-03-01",
    }
    answer = office.post(f"/firms/{office.doors.own.id}/commitments", wish)

    assert (answer.status_code, answer.json()["code"]) == (404, "agreement_not_found")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity_kg": "0"}, "quantity_not_positive"),
        ({"quantity_kg": "1.0001"}, "too_many_decimals"),
        ({"fixed_price_usd_per_kg": "0"}, "price_not_positive"),
        ({"fixed_price_usd_per_kg": "1.0000001"}, "too_many_decimals"),
        ({"fixed_price_usd_per_kg": 39}, "missing_field"),
        ({"fixed_price_usd_per_kg": "1e3"}, "malformed_decimal"),
        ({"material": "unobtainium"}, "material_not_found"),
        ({"starts_on": "2020-01-01"}, "commitment_outside_agreement"),
        ({"starts_on": "2026-02-29"}, "malformed_date"),
        ({"starts_on": "2026-06-01", "ends_on": "2026-05-31"}, "dates_reversed"),
        ({"rebuy_rule": "twice"}, "unknown_choice"),
        ({"agreement_id": "1"}, "malformed_id"),
    ],
)
def test_a_wrong_commitment_is_refused(office: Office, changes: dict[str, object], code: str) -> None:
    own = Commitment.objects.filter(firm=office.doors.own).first()
    assert own is not None
    count = Commitment.objects.count()
    wish: dict[str, object] = {
        "agreement_id": str(own.agreement_id),
        "material": "antimony",
        "quantity_kg": "1",
        "fixed_price_usd_per_kg": "39.00",
        "starts_on": own.starts_on.isoformat(),
    }
    answer = office.post(f"/firms/{office.doors.own.id}/commitments", wish | changes)

    assert answer.json()["code"] == code, answer.content
    assert Commitment.objects.count() == count


def test_a_use_is_stated_by_the_firm_and_verified_by_staff(office: Office) -> None:
    address = f"/api/v1/firms/{office.doors.own.id}/annual-uses"
    use = {"material": "antimony", "year": 2024, "quantity_kg": "730", "evidence": "example meter"}
    stated = office.doors.member.post(address, use, format="json")
    assert stated.status_code == 201, stated.content
    assert stated.json()["verified_at"] is None
    again = office.doors.member.post(address, use, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "annual_use_exists")
    assert office.doors.rival.post(address, use, format="json").status_code == 404

    number = stated.json()["id"]
    assert office.post(f"/annual-uses/{number}/verify").json()["verified_at"] is not None
    assert office.post(f"/annual-uses/{number}/verify").json()["code"] == "annual_use_verified"


def test_members_take_no_steps_of_the_staff(office: Office) -> None:
    own = office.doors.own.id
    for step in ("screen", "approve", "reject", "activate", "suspend", "reinstate", "exit"):
        answer = office.doors.member.post(f"/api/v1/firms/{own}/{step}", {"reason": "x"}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (403, "role_required"), step
