"""Second-person steps over REST: who sees them, who decides them, and every wrong way."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from governance import approvals
from governance.models import Proposal, User
from governance.selectors import get_policy
from governance.services import create_user, grant_role, propose_policy_version
from tests.api.conftest import ClientOf

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal(administrator: User) -> Proposal:
    return propose_policy_version(
        changes={"target_days": 90},
        effective_from=timezone.now() + timedelta(days=7),
        actor=administrator,
        reason="longer cover",
    )


def address(proposal: Proposal, step: str = "") -> str:
    return f"/api/v1/proposals/{proposal.id}{step}"


def test_staff_read_what_is_proposed(proposal: Proposal, auditor: User, client_of: ClientOf) -> None:
    body = client_of(auditor).get(address(proposal)).json()
    assert body["action"] == "governance.policy_version"
    assert body["payload"]["difference"] == {"target_days": {"before": 60, "after": 90}}
    assert (body["state"], body["proposed_by"], body["decided_by"]) == ("open", "ada", None)
    assert body["reason"] == "longer cover"


def test_a_second_person_approves(proposal: Proposal, approver: User, client_of: ClientOf) -> None:
    seen = client_of(approver).get(address(proposal)).json()["payload_sha256"]
    response = client_of(approver).post(
        address(proposal, "/approve"), {"payload_sha256": seen, "reason": "agreed"}, format="json"
    )
    body = response.json()
    assert response.status_code == 200
    assert (body["state"], body["decided_by"], body["decision_reason"]) == ("approved", "bob", "agreed")
    assert get_policy(at=timezone.now() + timedelta(days=8)).target_days == 90
    again = client_of(approver).post(address(proposal, "/approve"), {}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "proposal_not_open")


def test_a_second_person_rejects_with_a_reason(
    proposal: Proposal, approver: User, client_of: ClientOf
) -> None:
    missing = client_of(approver).post(address(proposal, "/reject"), {}, format="json")
    assert (missing.json()["code"], missing.json()["field"]) == ("missing_field", "reason")
    body = (
        client_of(approver).post(address(proposal, "/reject"), {"reason": "too long"}, format="json").json()
    )
    assert (body["state"], body["decision_reason"]) == ("rejected", "too long")


@pytest.mark.parametrize(
    ("roles", "status", "code"),
    [
        ((), 403, "role_required"),
        (("trader",), 403, "role_required"),
        (("auditor",), 403, "role_required"),
        (("finance",), 403, "role_required"),
        (("administrator",), 403, "role_required"),
    ],
)
def test_others_do_not_approve(
    proposal: Proposal, client_of: ClientOf, roles: tuple[str, ...], status: int, code: str
) -> None:
    other = create_user(username="eve", roles=roles)
    response = client_of(other).post(address(proposal, "/approve"), {}, format="json")
    assert (response.status_code, response.json()["code"]) == (status, code)
    proposal.refresh_from_db()
    assert proposal.state == "open"


def test_the_proposer_does_not_approve(proposal: Proposal, administrator: User, client_of: ClientOf) -> None:
    from governance.services import grant_role

    grant_role(user=administrator, role="approver")
    response = client_of(administrator).post(address(proposal, "/approve"), {}, format="json")
    assert (response.status_code, response.json()["code"]) == (403, "self_approval")


def test_something_else_than_what_was_seen(proposal: Proposal, approver: User, client_of: ClientOf) -> None:
    response = client_of(approver).post(
        address(proposal, "/approve"), {"payload_sha256": "0" * 64}, format="json"
    )
    assert (response.status_code, response.json()["code"]) == (409, "proposal_changed")


def test_a_missing_proposal(approver: User, client_of: ClientOf) -> None:
    missing = "/api/v1/proposals/00000000-0000-0000-0000-000000000000"
    for response in (client_of(approver).get(missing), client_of(approver).post(missing + "/approve", {})):
        assert response.status_code in (404, 415)
    assert client_of(approver).get("/api/v1/proposals/7").json()["code"] == "not_found"


@pytest.fixture
def many(administrator: User) -> Iterator[list[Proposal]]:
    approvals.register_action(action="test.step", apply=lambda proposal, actor: None)
    yield [
        approvals.propose(
            action="test.step", subject_type="t", subject_id=str(number), payload={}, actor=administrator
        )
        for number in range(7)
    ]
    del approvals._ACTIONS["test.step"]


def test_pages_hold_every_proposal_once_latest_first(
    many: list[Proposal], auditor: User, client_of: ClientOf
) -> None:
    client, seen, cursor = client_of(auditor), [], None
    for _ in range(4):
        body = client.get("/api/v1/proposals", {"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [item["id"] for item in body["items"]]
        cursor = body["next_cursor"]
    assert cursor is None
    assert seen == [str(item.id) for item in reversed(many)]


def test_rows_that_arrive_meanwhile_move_nothing(
    many: list[Proposal], administrator: User, auditor: User, client_of: ClientOf
) -> None:
    client = client_of(auditor)
    first = client.get("/api/v1/proposals", {"limit": 3}).json()
    approvals.propose(action="test.step", subject_type="t", subject_id="new", payload={}, actor=administrator)
    second = client.get("/api/v1/proposals", {"limit": 3, "cursor": first["next_cursor"]}).json()
    got = [item["id"] for item in first["items"] + second["items"]]
    assert got == [str(item.id) for item in reversed(many)][:6]


def test_a_page_costs_the_same_queries_whatever_its_length(
    many: list[Proposal], auditor: User, client_of: ClientOf, django_assert_max_num_queries: Any
) -> None:
    client = client_of(auditor)
    client.get("/api/v1/proposals")
    for limit in (1, 7):
        with django_assert_max_num_queries(3):
            client.get("/api/v1/proposals", {"limit": limit})


def test_filter_by_state(
    proposal: Proposal, many: list[Proposal], auditor: User, approver: User, client_of: ClientOf
) -> None:
    approvals.reject_proposal(proposal_id=many[0].id, actor=approver, reason="no")
    client = client_of(auditor)
    assert len(client.get("/api/v1/proposals?state=open").json()["items"]) == 7
    assert [i["id"] for i in client.get("/api/v1/proposals?state=rejected").json()["items"]] == [
        str(many[0].id)
    ]
    assert client.get("/api/v1/proposals?state=lost").json()["code"] == "unknown_choice"


def test_what_waits_for_me_leaves_out_what_i_proposed(
    many: list[Proposal], administrator: User, approver: User, client_of: ClientOf
) -> None:
    grant_role(user=administrator, role="approver")
    approvals.propose(action="test.step", subject_type="t", subject_id="bobs", payload={}, actor=approver)
    waiting = client_of(approver).get("/api/v1/proposals/waiting").json()["items"]
    assert [item["id"] for item in waiting] == [str(item.id) for item in many]
    waiting = client_of(administrator).get("/api/v1/proposals/waiting").json()["items"]
    assert [item["subject_id"] for item in waiting] == ["bobs"]


def test_only_the_proposer_takes_back(
    many: list[Proposal], administrator: User, approver: User, client_of: ClientOf
) -> None:
    place = f"/api/v1/proposals/{many[0].id}/withdraw"
    assert client_of(approver).post(place, {}, format="json").json()["code"] == "role_required"
    taken_back = client_of(administrator).post(place, {"reason": "too early"}, format="json").json()
    assert (taken_back["state"], taken_back["decision_reason"]) == ("withdrawn", "too early")
    assert client_of(administrator).post(place, {}, format="json").json()["code"] == "proposal_not_open"


def test_the_key_that_decided_is_named(many: list[Proposal], approver: User, client_of: ClientOf) -> None:
    client = client_of(approver)
    prefix = client.get("/api/v1/me").json()["api_key_prefix"]
    decided = client.post(f"/api/v1/proposals/{many[0].id}/approve", {}, format="json").json()
    assert (decided["decided_with_key"], decided["proposed_with_key"]) == (prefix, None)
