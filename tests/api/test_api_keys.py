"""API keys over REST: one's own, those of the people of one's firm, and everybody's for administrators."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from api.models import IdempotentRequest
from governance.models import ApiKey, User
from governance.services import create_api_key, create_user, grant_role, propose_policy_version
from members.services import add_firm_user
from tests.api.conftest import ClientOf, Doors
from tests.api.standing import client_with

pytestmark = pytest.mark.django_db

KEYS = "/api/v1/api-keys"
WISH = {"name": "stock system", "scopes": ["positions:read", "drawdowns:write"]}
FIELDS = {
    "id",
    "name",
    "prefix",
    "username",
    "scopes",
    "state",
    "created_at",
    "expires_at",
    "last_used_at",
    "replaced_by_id",
    "overlap_ends_at",
    "revoked_at",
}


def make(client: APIClient, **changes: object) -> Any:
    return client.post(KEYS, WISH | changes, format="json")


def rotate(client: APIClient, key_id: object, **values: object) -> Any:
    return client.post(f"{KEYS}/{key_id}/rotate", values, format="json")


def revoke(client: APIClient, key_id: object) -> Any:
    return client.post(f"{KEYS}/{key_id}/revoke", {}, format="json")


def works(text: str) -> bool:
    return bool(client_with(text).get("/api/v1/me").status_code == 200)


def code_of(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


@pytest.fixture
def operator(doors: Doors) -> User:
    """Somebody of the own firm who doesn't own it."""
    user = create_user(username="olga")
    owner = User.objects.get(username="mia")
    add_firm_user(firm_id=doors.own.id, user=user, role="operator", actor=owner)
    return user


def test_a_key_is_made_and_shown_once(doors: Doors) -> None:
    made = make(doors.member)
    assert made.status_code == 201
    body = made.json()
    assert body.keys() == FIELDS | {"api_key"}
    assert body["api_key"].startswith(f"sr_{body['prefix']}_")
    assert (body["name"], body["username"], body["state"]) == ("stock system", "mia", "live")
    assert (body["scopes"], body["expires_at"]) == (["positions:read", "drawdowns:write"], None)
    assert works(body["api_key"])
    read = doors.member.get(f"{KEYS}/{body['id']}").json()
    assert read.keys() == FIELDS
    assert body["api_key"] not in doors.member.get(KEYS).content.decode()
    assert read["last_used_at"][:16] == "2026-04-02T11:00"


def test_a_new_key_is_kept_by_no_idempotency_key(doors: Doors) -> None:
    headers = {"Idempotency-Key": "order-17"}
    answers = [doors.member.post(KEYS, WISH, format="json", headers=headers).json() for _ in range(2)]
    assert answers[0]["api_key"] != answers[1]["api_key"]
    assert IdempotentRequest.objects.count() == 0


def test_a_narrow_key_does_what_it_may_and_no_more(doors: Doors) -> None:
    client = client_with(make(doors.member).json()["api_key"])
    assert client.get(f"/api/v1/firms/{doors.own.id}/positions").status_code == 200
    assert client.get("/api/v1/drawdowns").status_code == 200
    refused = client.get("/api/v1/invoices")
    assert code_of(refused) == (403, "scope_missing")
    assert refused.json()["details"]["scope"] == "billing:read"
    # It is the scope that is missing, whether the object is there or not.
    answers = {client.get(f"/api/v1/firms/{key}").content for key in (doors.own.id, doors.other.id)}
    assert len(answers) == 1
    assert code_of(client.get(KEYS)) == (403, "scope_missing")
    me = client.get("/api/v1/me").json()
    assert me["api_key_scopes"] == ["positions:read", "drawdowns:write"]


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"name": ""}, 400, "empty_text"),
        ({"name": "x" * 101}, 400, "text_too_long"),
        ({"name": "a\0b"}, 400, "unstorable_text"),
        ({"name": 7}, 400, "wrong_type"),
        ({"name": None}, 400, "missing_field"),
        ({"scopes": None}, 400, "missing_field"),
        ({"scopes": []}, 400, "no_scopes"),
        ({"scopes": "all:write"}, 400, "not_a_list"),
        ({"scopes": ["firms:delete"]}, 400, "unknown_choice"),
        ({"scopes": ["FIRMS:READ"]}, 400, "unknown_choice"),
        ({"scopes": [7]}, 400, "wrong_type"),
        ({"scopes": [None]}, 400, "missing_field"),
        ({"scopes": ["firms:read"] * 1000}, 400, "text_too_long"),
        ({"expires_at": "2026-04-02T11:00:00-04:00"}, 400, "expiry_in_the_past"),
        ({"expires_at": "2036-04-01T00:00:00Z"}, 400, "expiry_too_far"),
        ({"expires_at": "9999-12-31T23:59:59-14:00"}, 400, "expiry_too_far"),
        ({"expires_at": "2026-05-01"}, 400, "malformed_timestamp"),
        ({"expires_at": "2026-05-01T00:00:00"}, 400, "timestamp_without_zone"),
        ({"expires_at": 1}, 400, "malformed_timestamp"),
        ({"expires_at": None}, 400, "missing_field"),
        ({"user": "ron"}, 400, "unknown_field"),
        ({"username": "ron"}, 400, "unknown_field"),
    ],
)
def test_bad_wishes(doors: Doors, changes: dict[str, object], status: int, code: str) -> None:
    before = ApiKey.objects.count()
    assert code_of(make(doors.member, **changes)) == (status, code)
    assert ApiKey.objects.count() == before


def test_scopes_are_sorted_and_named_once(doors: Doors) -> None:
    made = make(doors.member, scopes=["jobs:read", "firms:read", "jobs:read"])
    assert made.json()["scopes"] == ["firms:read", "jobs:read"]


def test_a_key_expires(doors: Doors) -> None:
    made = make(doors.member, expires_at="2026-04-02T16:00:00Z").json()
    assert made["expires_at"] == "2026-04-02T12:00:00-04:00"
    with time_machine.travel(datetime(2026, 4, 2, 15, 59, 59, tzinfo=UTC)):
        assert works(made["api_key"])
    with time_machine.travel(datetime(2026, 4, 2, 16, 0, 0, tzinfo=UTC)):
        assert code_of(client_with(made["api_key"]).get("/api/v1/me")) == (401, "invalid_key")
        assert doors.member.get(f"{KEYS}/{made['id']}").json()["state"] == "expired"


def test_rotation(doors: Doors) -> None:
    old = make(doors.member, expires_at="2026-05-02T15:00:00Z").json()
    answer = rotate(doors.member, old["id"], overlap_hours=1)
    assert answer.status_code == 201
    new = answer.json()
    assert (new["replaced_by_id"], new["name"], new["scopes"]) == (None, old["name"], old["scopes"])
    assert new["expires_at"][:16] == "2026-05-02T11:00"
    assert new["api_key"] != old["api_key"]
    assert works(old["api_key"])
    assert works(new["api_key"])
    ending = doors.member.get(f"{KEYS}/{old['id']}").json()
    assert (ending["state"], ending["overlap_ends_at"][:16]) == ("ending", "2026-04-02T12:00")
    assert ending["replaced_by_id"] == new["id"]
    assert code_of(rotate(doors.member, old["id"])) == (409, "key_already_replaced")
    with time_machine.travel(datetime(2026, 4, 2, 16, 1, tzinfo=UTC)):
        assert not works(old["api_key"])
        assert works(new["api_key"])


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"overlap_hours": -1}, "overlap_out_of_range"),
        ({"overlap_hours": 169}, "overlap_out_of_range"),
        ({"overlap_hours": 10**30}, "overlap_out_of_range"),
        ({"overlap_hours": "24"}, "not_an_integer"),
        ({"overlap_hours": 1.5}, "not_an_integer"),
        ({"overlap_hours": True}, "not_an_integer"),
        ({"overlap_hours": None}, "missing_field"),
        ({"expires_at": "2026-04-02T00:00:00Z"}, "expiry_in_the_past"),
        ({"scopes": ["all:write"]}, "unknown_field"),
    ],
)
def test_bad_rotations(doors: Doors, values: dict[str, object], code: str) -> None:
    key_id = make(doors.member).json()["id"]
    assert code_of(rotate(doors.member, key_id, **values)) == (400, code)
    assert doors.member.get(f"{KEYS}/{key_id}").json()["state"] == "live"


def test_a_key_rotates_itself(doors: Doors) -> None:
    made = make(doors.member, scopes=["api_keys:write"]).json()
    new = rotate(client_with(made["api_key"]), made["id"], overlap_hours=0).json()
    assert works(new["api_key"])
    assert not works(made["api_key"])


def test_a_key_gives_no_more_than_it_has(doors: Doors) -> None:
    narrow = client_with(make(doors.member, scopes=["api_keys:write"]).json()["api_key"])
    refused = make(narrow, scopes=["api_keys:read", "drawdowns:write"])
    assert code_of(refused) == (403, "scope_not_held")
    assert refused.json()["details"] == {"beyond": ["drawdowns:write"]}
    wide = make(doors.member).json()
    assert code_of(rotate(narrow, wide["id"])) == (403, "scope_not_held")
    short = make(doors.member, scopes=["all:write"], expires_at="2026-04-02T16:00:00Z").json()
    refused = make(client_with(short["api_key"]), expires_at="2026-04-02T16:00:01Z")
    assert code_of(refused) == (403, "expiry_beyond_key")


def test_revocation_is_at_once_and_may_be_repeated(doors: Doors) -> None:
    made = make(doors.member).json()
    revoked = revoke(doors.member, made["id"])
    assert (revoked.status_code, revoked.json()["state"]) == (200, "revoked")
    assert not works(made["api_key"])
    assert revoke(doors.member, made["id"]).json() == revoked.json()
    assert code_of(rotate(doors.member, made["id"])) == (409, "key_not_live")


@pytest.mark.parametrize("step", ["", "/rotate", "/revoke"])
def test_somebody_elses_key_is_like_a_missing_one(doors: Doors, operator: User, step: str) -> None:
    of_member = ApiKey.objects.filter(user__username="mia")[0]
    of_operator, secret = create_api_key(user=operator, name="line 4")
    strangers = ((doors.rival, of_member), (doors.rival, of_operator), (doors.stranger, of_member))
    for client, key in (*strangers, (client_with(secret), of_member)):
        answers = [
            client.generic("POST" if step else "GET", f"{KEYS}/{key_id}{step}", "{}", "application/json")
            for key_id in (key.id, uuid.uuid4())
        ]
        assert code_of(answers[0]) == (404, "api_key_not_found")
        assert answers[0].content == answers[1].content
        assert answers[0].headers == answers[1].headers
    of_member.refresh_from_db()
    assert (of_member.revoked_at, of_member.overlap_ends_at) == (None, None)


def test_an_owner_sees_and_revokes_the_keys_of_the_firms_people(doors: Doors, operator: User) -> None:
    key, secret = create_api_key(user=operator, name="line 4")
    listed = doors.member.get(KEYS, {"username": "olga"}).json()["items"]
    assert [(item["id"], item["username"]) for item in listed] == [(str(key.id), "olga")]
    # Nobody is handed a key with which somebody else would seem to act.
    assert code_of(rotate(doors.member, key.id)) == (403, "not_key_holder")
    assert works(secret)
    assert revoke(doors.member, key.id).status_code == 200
    assert not works(secret)
    key.refresh_from_db()
    assert key.revoked_by is not None
    assert key.revoked_by.username == "mia"


def test_an_owner_does_not_see_people_who_act_elsewhere_too(doors: Doors, operator: User) -> None:
    key, _ = create_api_key(user=operator, name="line 4")
    assert doors.member.get(f"{KEYS}/{key.id}").status_code == 200
    rival = User.objects.get(username="ron")
    add_firm_user(firm_id=doors.other.id, user=operator, role="viewer", actor=rival)
    for client in (doors.member, doors.rival):
        assert client.get(f"{KEYS}/{key.id}").status_code == 404
        assert revoke(client, key.id).status_code == 404
        assert client.get(KEYS, {"username": "olga"}).json()["items"] == []


def test_an_owner_does_not_see_people_of_the_reserve(doors: Doors, operator: User) -> None:
    key, _ = create_api_key(user=operator, name="line 4")
    grant_role(user=operator, role="finance")
    assert doors.member.get(f"{KEYS}/{key.id}").status_code == 404


def test_an_administrator_sees_and_revokes_everybodys(
    doors: Doors, administrator: User, client_of: ClientOf
) -> None:
    made = make(doors.member).json()
    client = client_of(administrator)
    names = {item["username"] for item in client.get(KEYS, {"limit": 200}).json()["items"]}
    assert {"mia", "ron", "sam", "cleo", "ada"} <= names
    assert code_of(rotate(client, made["id"])) == (403, "not_key_holder")
    assert revoke(client, made["id"]).json()["state"] == "revoked"
    assert not works(made["api_key"])


def test_an_auditor_sees_everybodys_and_revokes_its_own(doors: Doors) -> None:
    made = make(doors.member).json()
    assert doors.staff.get(f"{KEYS}/{made['id']}").json()["username"] == "mia"
    assert code_of(revoke(doors.staff, made["id"])) == (403, "role_required")
    assert works(made["api_key"])
    own = make(doors.staff, scopes=["ledger:read"]).json()
    assert revoke(doors.staff, own["id"]).status_code == 200


def test_keys_are_listed_by_page_and_state(doors: Doors) -> None:
    made = [make(doors.member, name=f"number {number}").json()["id"] for number in range(3)]
    revoke(doors.member, made[0])
    first = doors.member.get(KEYS, {"limit": "2"}).json()
    second = doors.member.get(KEYS, {"limit": "2", "cursor": first["next_cursor"]}).json()
    assert len(first["items"] + second["items"]) == 4
    assert second["next_cursor"] is None
    revoked = doors.member.get(KEYS, {"state": "revoked"}).json()["items"]
    assert [item["id"] for item in revoked] == [made[0]]
    for query, code in (
        ({"state": "lost"}, "unknown_choice"),
        ({"limit": "0"}, "limit_out_of_range"),
        ({"cursor": "x"}, "malformed_cursor"),
        ({"username": ""}, "empty_text"),
        ({"owner": "mia"}, "unknown_field"),
    ):
        assert code_of(doors.member.get(KEYS, query)) == (400, code), query
    assert doors.member.get(KEYS, {"username": "ron"}).json()["items"] == []


def test_a_list_of_many_keys_costs_as_many_queries_as_one_of_few(
    doors: Doors, django_assert_max_num_queries: Any
) -> None:
    doors.member.get("/api/v1/me")
    for number in range(20):
        make(doors.member, name=f"number {number}")
    with django_assert_max_num_queries(4):
        assert len(doors.member.get(KEYS).json()["items"]) == 21


def test_a_user_has_only_so_many(doors: Doors, settings: Any) -> None:
    settings.STRONGROOM_API_KEYS_PER_USER = 2
    assert make(doors.member).status_code == 201
    refused = make(doors.member)
    assert code_of(refused) == (409, "too_many_keys")
    assert refused.json()["details"] == {"limit": 2}


def test_a_step_by_key_is_still_its_holders(administrator: User, approver: User, client_of: ClientOf) -> None:
    """Whatever key took the place of another: the person behind it is no second person to itself."""
    grant_role(user=administrator, role="approver")
    proposal = propose_policy_version(
        changes={"target_days": 90},
        effective_from=timezone.now() + timedelta(days=7),
        actor=administrator,
        reason="longer cover",
    )
    place = f"/api/v1/proposals/{proposal.id}/approve"
    for user, expected in ((administrator, "self_approval"), (approver, None)):
        old = make(client_of(user), scopes=["governance:write"]).json()
        new = rotate(client_of(user), old["id"]).json()
        answer = client_with(new["api_key"]).post(place, {}, format="json").json()
        assert answer.get("code") == expected
    assert answer["decided_with_key"] == new["prefix"]
