"""A drawdown over REST, from the quote to the delivery, and every wrong way to ask for one."""

import json
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from allocations.models import Drawdown
from api.models import IdempotentRequest
from governance.models import User
from governance.services import create_user
from ledger.models import Journal
from members.services import add_firm_user
from tests.api.conftest import ClientOf, Doors

pytestmark = pytest.mark.django_db

PLACE = "/api/v1/drawdowns"
MISSING = "00000000-0000-0000-0000-000000000000"


def wish(doors: Doors, **changes: object) -> dict[str, Any]:
    values = {
        "firm_id": str(doors.own.id),
        "material": "antimony",
        "quantity_kg": "412.5",
        "mode": "exchange",
    }
    return {name: value for name, value in (values | changes).items() if value is not ...}


def submit(doors: Doors, client: APIClient | None = None, key: str | None = None, **changes: object) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return (client or doors.member).post(PLACE, wish(doors, **changes), format="json", headers=headers)


@pytest.fixture
def priya(doors: Doors, client_of: ClientOf) -> APIClient:
    """The reserve's approver."""
    return client_of(doors.reserve.approver)


@pytest.fixture
def adams(doors: Doors, client_of: ClientOf) -> APIClient:
    """The reserve's administrator."""
    return client_of(doors.reserve.administrator)


def test_a_quote_tells_everything_and_keeps_nothing(doors: Doors) -> None:
    response = doors.member.post(f"{PLACE}/quote", wish(doors, quantity_kg="7000"), format="json")
    body = response.json()
    assert response.status_code == 200
    assert (body["requested_kg"], body["obtainable_kg"], body["limit"]) == ("7000", "6000", "cap_exceeded")
    assert {bound["limit"]: bound["allowed_kg"] for bound in body["bounds"]} == {
        "position_exceeded": "7000",
        "cap_exceeded": "6000",
    }
    assert body["facilities"] == [{"facility": "east-vault", "quantity_kg": "6000"}]
    assert (body["replenish_kg"], body["due_on"], body["price_usd"]) == ("6000", "2026-07-01", None)
    assert Drawdown.objects.count() == 0


def test_a_quote_of_a_purchase_has_a_price(doors: Doors) -> None:
    body = doors.member.post(f"{PLACE}/quote", wish(doors, mode="purchase"), format="json").json()
    assert (body["price_usd"], body["rebuy_kg"], body["replenish_kg"]) == ("16087.50", "412.5", "0")


def test_from_submission_to_delivery(doors: Doors, priya: APIClient, adams: APIClient) -> None:
    submitted = submit(doors, minimum_kg="100", needed_on="2026-04-15", facility="east-vault")
    body = submitted.json()
    assert submitted.status_code == 201
    assert (body["state"], body["quantity_kg"], body["granted_kg"]) == ("submitted", "412.5", "0")
    assert (body["minimum_kg"], body["needed_on"], body["facility"]) == ("100", "2026-04-15", "east-vault")
    assert body["policy_version"] == 1
    place = f"{PLACE}/{body['id']}"
    approved = priya.post(f"{place}/approve", {}, format="json").json()
    assert (approved["state"], approved["granted_kg"]) == ("reserved", "412.5")
    assert approved["facilities"] == [{"facility": "east-vault", "quantity_kg": "412.5"}]
    (position,) = doors.member.get(f"/api/v1/firms/{doors.own.id}/positions").json()["items"]
    assert (position["held_kg"], position["reserved_kg"], position["available_kg"]) == (
        "12000",
        "412.5",
        "11587.5",
    )
    assert adams.post(f"{place}/release", {}, format="json").json()["state"] == "released"
    left = {"delivered_at": timezone.now().isoformat()}
    delivered = adams.post(f"{place}/deliver", left, format="json").json()
    assert (delivered["state"], delivered["due_on"]) == ("delivered", "2026-07-01")
    assert delivered["outstanding_kg"] == "412.5"
    body = doors.member.get(place).json()
    assert [step["to_state"] for step in body["steps"]] == ["submitted", "reserved", "released", "delivered"]
    (position,) = doors.member.get(f"/api/v1/firms/{doors.own.id}/positions").json()["items"]
    assert (position["held_kg"], position["replenish_kg"]) == ("11587.5", "412.5")


def test_withdrawing_frees_what_was_reserved(doors: Doors, priya: APIClient) -> None:
    place = f"{PLACE}/{submit(doors).json()['id']}"
    priya.post(f"{place}/approve", {}, format="json")
    body = doors.member.post(f"{place}/withdraw", {"reason": "not needed"}, format="json").json()
    assert (body["state"], body["steps"][-1]["reason"]) == ("withdrawn", "not needed")
    (position,) = doors.member.get(f"/api/v1/firms/{doors.own.id}/positions").json()["items"]
    assert position["reserved_kg"] == "0"


def test_staff_refuses_with_a_reason(doors: Doors, priya: APIClient) -> None:
    place = f"{PLACE}/{submit(doors).json()['id']}"
    missing = priya.post(f"{place}/refuse", {}, format="json")
    assert (missing.status_code, missing.json()["field"]) == (400, "reason")
    body = priya.post(f"{place}/refuse", {"reason": "maintenance"}, format="json").json()
    assert body["state"] == "refused"


def test_lists_hold_what_the_reader_may_see(doors: Doors) -> None:
    own = submit(doors).json()["id"]
    assert [item["id"] for item in doors.member.get(PLACE).json()["items"]] == [own]
    assert [item["id"] for item in doors.staff.get(PLACE).json()["items"]] == [own]
    assert doors.rival.get(PLACE).json()["items"] == []
    assert doors.rival.get(PLACE, {"firm_id": str(doors.own.id)}).json()["items"] == []
    assert doors.member.get(PLACE, {"state": "delivered"}).json()["items"] == []
    assert doors.member.get(PLACE, {"material": "gallium"}).json()["items"] == []


def test_another_firms_drawdown_can_not_be_told_from_a_missing_one(doors: Doors) -> None:
    place = f"{PLACE}/{submit(doors).json()['id']}"
    for method, step in (("get", ""), ("post", "/withdraw"), ("post", "/approve"), ("post", "/deliver")):
        foreign = getattr(doors.rival, method)(f"{place}{step}", {}, format="json")
        missing = getattr(doors.rival, method)(f"{PLACE}/{MISSING}{step}", {}, format="json")
        assert foreign.status_code in (403, 404)
        assert (foreign.status_code, foreign.content) == (missing.status_code, missing.content)
        assert dict(foreign.headers) == dict(missing.headers)


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        # missing
        ({"firm_id": ...}, 400, "missing_field", "firm_id"),
        ({"material": ...}, 400, "missing_field", "material"),
        ({"quantity_kg": ...}, 400, "missing_field", "quantity_kg"),
        ({"mode": ...}, 400, "missing_field", "mode"),
        ({"quantity_kg": None}, 400, "missing_field", "quantity_kg"),
        # empty
        ({"quantity_kg": ""}, 400, "malformed_quantity", "quantity_kg"),
        ({"material": ""}, 400, "empty_text", "material"),
        ({"material": "  "}, 400, "empty_text", "material"),
        ({"mode": ""}, 400, "unknown_choice", "mode"),
        ({"firm_id": ""}, 400, "malformed_id", "firm_id"),
        # huge
        ({"quantity_kg": "9223372036854775.807"}, 422, "cap_exceeded", "quantity_kg"),
        ({"quantity_kg": "9223372036854775.808"}, 400, "quantity_out_of_range", "quantity_kg"),
        ({"quantity_kg": "9" * 1000}, 400, "quantity_out_of_range", "quantity_kg"),
        ({"material": "a" * 41}, 400, "text_too_long", "material"),
        # negative, zero, below the smallest quantity
        ({"quantity_kg": "-1"}, 400, "quantity_out_of_range", "quantity_kg"),
        ({"quantity_kg": "0"}, 400, "quantity_not_positive", "quantity_kg"),
        ({"quantity_kg": "0.999"}, 422, "below_allocation_unit", "quantity_kg"),
        ({"minimum_kg": "-1"}, 400, "quantity_out_of_range", "minimum_kg"),
        ({"minimum_kg": "412.501"}, 400, "minimum_above_request", "minimum_kg"),
        # too many decimals
        ({"quantity_kg": "1.0001"}, 400, "too_many_decimals", "quantity_kg"),
        # wrong type
        ({"quantity_kg": 412}, 400, "malformed_quantity", "quantity_kg"),
        ({"quantity_kg": 412.5}, 400, "malformed_quantity", "quantity_kg"),
        ({"quantity_kg": True}, 400, "malformed_quantity", "quantity_kg"),
        ({"quantity_kg": ["1"]}, 400, "malformed_quantity", "quantity_kg"),
        ({"quantity_kg": "1e3"}, 400, "malformed_quantity", "quantity_kg"),
        ({"quantity_kg": "NaN"}, 400, "malformed_quantity", "quantity_kg"),
        ({"quantity_kg": " 1"}, 400, "malformed_quantity", "quantity_kg"),
        ({"quantity_kg": "1,5"}, 400, "malformed_quantity", "quantity_kg"),
        ({"quantity_kg": "\u0661"}, 400, "malformed_quantity", "quantity_kg"),
        ({"material": 7}, 400, "wrong_type", "material"),
        ({"mode": 1}, 400, "wrong_type", "mode"),
        ({"firm_id": 1}, 400, "malformed_id", "firm_id"),
        ({"firm_id": {}}, 400, "malformed_id", "firm_id"),
        ({"needed_on": 20260415}, 400, "malformed_date", "needed_on"),
        ({"needed_on": "15.04.2026"}, 400, "malformed_date", "needed_on"),
        ({"needed_on": "2026-02-30"}, 400, "malformed_date", "needed_on"),
        ({"material": "anti\u0000mony"}, 400, "unstorable_text", "material"),
        ({"material": "\ud800"}, 400, "unstorable_text", "material"),
        # wrong unit, unknown field
        ({"quantity_kg": ..., "quantity_g": "412500"}, 400, "missing_field", "quantity_kg"),
        ({"quantity_t": "1"}, 400, "unknown_field", "quantity_t"),
        ({"quantity_kg": "1 t"}, 400, "malformed_quantity", "quantity_kg"),
        # unknown id, somebody else's id
        ({"firm_id": MISSING}, 404, "firm_not_found", "firm_id"),
        ({"firm_id": "other"}, 404, "firm_not_found", "firm_id"),
        ({"material": "unobtainium"}, 404, "material_not_found", "material"),
        ({"facility": "moon-base"}, 404, "facility_not_found", "facility"),
        ({"mode": "gift"}, 400, "unknown_choice", "mode"),
        # against the rules
        ({"needed_on": "2026-04-01"}, 422, "needed_in_past", "needed_on"),
        ({"quantity_kg": "6000.001"}, 422, "cap_exceeded", "quantity_kg"),
        ({"material": "gallium"}, 422, "position_exceeded", "quantity_kg"),
    ],
)
def test_wrong_requests_are_refused_and_nothing_happens(
    doors: Doors, changes: dict[str, Any], status: int, code: str, field: str
) -> None:
    if changes.get("firm_id") == "other":
        changes = {"firm_id": str(doors.other.id)}
    journals = Journal.objects.count()
    content = json.dumps(wish(doors, **changes))
    response = doors.member.generic("POST", PLACE, content, content_type="application/json")
    body = response.json()
    assert (response.status_code, body["code"], body["field"]) == (status, code, field)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert (Drawdown.objects.count(), Journal.objects.count()) == (0, journals)


def test_a_refusal_tells_what_would_have_been_possible(doors: Doors) -> None:
    body = submit(doors, quantity_kg="9000").json()
    assert body["code"] == "cap_exceeded"
    assert body["details"]["possible_kg"] == "6000"


def test_somebody_elses_firm_can_not_be_told_from_a_missing_one(doors: Doors) -> None:
    foreign, missing = submit(doors, firm_id=str(doors.other.id)), submit(doors, firm_id=MISSING)
    assert (foreign.status_code, foreign.content) == (missing.status_code, missing.content)


def test_a_viewer_reads_and_does_not_ask(doors: Doors, client_of: ClientOf) -> None:
    viewer = create_user(username="vic")
    add_firm_user(firm_id=doors.own.id, user=viewer, role="viewer", actor=doors.reserve.administrator)
    client = client_of(viewer)
    assert client.post(f"{PLACE}/quote", wish(doors), format="json").status_code == 200
    response = submit(doors, client)
    assert (response.status_code, response.json()["code"]) == (403, "firm_role_required")


def test_wrong_states(doors: Doors, priya: APIClient, adams: APIClient) -> None:
    place = f"{PLACE}/{submit(doors).json()['id']}"
    early = adams.post(f"{place}/deliver", {}, format="json")
    assert (early.status_code, early.json()["code"]) == (409, "drawdown_wrong_state")
    doors.member.post(f"{place}/withdraw", {}, format="json")
    for client, step in ((doors.member, "withdraw"), (priya, "approve"), (adams, "release")):
        late = client.post(f"{place}/{step}", {}, format="json")
        assert (late.status_code, late.json()["code"]) == (409, "drawdown_wrong_state")


def test_who_asked_does_not_approve(doors: Doors, adams: APIClient) -> None:
    place = f"{PLACE}/{submit(doors, adams).json()['id']}"
    response = adams.post(f"{place}/approve", {}, format="json")
    assert (response.status_code, response.json()["code"]) == (403, "self_approval")


@pytest.mark.parametrize("step", ["approve", "refuse", "release", "deliver"])
def test_the_staffs_steps_are_not_for_members_and_auditors(doors: Doors, step: str) -> None:
    place = f"{PLACE}/{submit(doors).json()['id']}"
    values = {"reason": "no"} if step == "refuse" else {}
    for client in (doors.member, doors.rival, doors.stranger, doors.staff):
        response = client.post(f"{place}/{step}", values, format="json")
        assert (response.status_code, response.json()["code"]) == (403, "role_required")


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("2026-04-02T10:00:00", "timestamp_without_zone"),
        ("2026-04-02", "malformed_timestamp"),
        ("yesterday", "malformed_timestamp"),
        (1775138400, "malformed_timestamp"),
    ],
)
def test_wrong_moments(doors: Doors, adams: APIClient, moment: object, code: str) -> None:
    place = f"{PLACE}/{submit(doors).json()['id']}/deliver"
    response = adams.post(place, {"delivered_at": moment}, format="json")
    assert (response.status_code, response.json()["code"]) == (400, code)


def test_sent_twice_with_a_key_it_happens_once(doors: Doors) -> None:
    first, second = submit(doors, key="order-17"), submit(doors, key="order-17")
    assert first.status_code == 201
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert Drawdown.objects.count() == 1


def test_sent_twice_without_a_key_it_happens_twice(doors: Doors) -> None:
    submit(doors, quantity_kg="10")
    submit(doors, quantity_kg="10")
    assert Drawdown.objects.count() == 2


def test_the_same_key_with_other_content_is_refused(doors: Doors) -> None:
    submit(doors, key="order-17")
    response = submit(doors, key="order-17", quantity_kg="10")
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert Drawdown.objects.count() == 1


def test_a_key_belongs_to_its_user(doors: Doors, client_of: ClientOf) -> None:
    colleague: User = create_user(username="max")
    add_firm_user(firm_id=doors.own.id, user=colleague, role="operator", actor=doors.reserve.administrator)
    submit(doors, key="order-17")
    response = submit(doors, client_of(colleague), key="order-17")
    assert response.status_code == 201
    assert Drawdown.objects.count() == 2


def test_a_refused_request_leaves_its_key_free(doors: Doors) -> None:
    assert submit(doors, key="order-17", quantity_kg="9000").status_code == 422
    assert IdempotentRequest.objects.count() == 0
    assert submit(doors, key="order-17").status_code == 201


@pytest.mark.parametrize("key", ["a b", "\u00e9", "k" * 256, "\t"])
def test_malformed_keys(doors: Doors, key: str) -> None:
    response = submit(doors, key=key)
    assert (response.status_code, response.json()["code"]) == (400, "malformed_idempotency_key")


def test_a_list_costs_the_same_queries_whatever_its_length(
    doors: Doors, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        submit(doors, quantity_kg="10")
    doors.staff.get(PLACE)
    for limit in (1, 3):
        with django_assert_num_queries(3):
            doors.staff.get(PLACE, {"limit": limit})
