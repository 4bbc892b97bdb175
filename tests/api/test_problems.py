"""Every error is a problem document with a stable code, whatever went wrong and wherever."""

import json
from typing import Any

import pytest
from django.db import OperationalError
from rest_framework.test import APIClient

from api import catalogue
from api.problems import STATUS_BY_CODE, problem_body, problem_of_refusal
from api.v1.me import MeEndpoint
from governance.models import User
from ledger.errors import InsufficientBalance
from tests.api.conftest import ClientOf

pytestmark = pytest.mark.django_db

AWARDS = "/api/v1/calculators/awards"


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = json.loads(response.content)
    assert (response.status_code, body["code"]) == (status, code)
    assert body["status"] == status
    assert body["type"] == f"/api/problems/{code}"
    assert body["title"]
    assert body["detail"]
    return body


def test_nobody_signed_in(anonymous: APIClient) -> None:
    response = anonymous.get("/api/v1/me")
    problem(response, 401, "not_authenticated")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="strongroom"'


def test_unknown_address(anonymous: APIClient) -> None:
    problem(anonymous.get("/api/v1/unicorns"), 404, "not_found")
    problem(anonymous.get("/api/v1/me/"), 404, "not_found")


def test_method_not_allowed_names_the_methods_allowed(administrator: User, client_of: ClientOf) -> None:
    response = client_of(administrator).delete("/api/v1/me")
    problem(response, 405, "method_not_allowed")
    assert response.headers["Allow"] == "GET, HEAD"


def test_not_acceptable(administrator: User, client_of: ClientOf) -> None:
    problem(
        client_of(administrator).get("/api/v1/me", headers={"Accept": "text/html"}), 406, "not_acceptable"
    )


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml"])
def test_unsupported_media_type(administrator: User, client_of: ClientOf, media_type: str) -> None:
    response = client_of(administrator).generic("POST", AWARDS, "a=1", content_type=media_type)
    problem(response, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "malformed_json"),
        (b"[1", "malformed_json"),
        (b"{} {}", "malformed_json"),
        (b'{"a": NaN}', "malformed_json"),
        (b'{"a": Infinity}', "malformed_json"),
        (b"\xff\xfe", "input_not_utf8"),
        (b'{"a": 1, "a": 2}', "duplicate_field"),
        (b"[" * 100_000, "nested_too_deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "number_too_long"),
        (b" ", "empty_input"),
    ],
)
def test_bodies_that_are_not_one_json_document(
    administrator: User, client_of: ClientOf, content: Any, code: str
) -> None:
    response = client_of(administrator).generic("POST", AWARDS, content, content_type="application/json")
    problem(response, 400, code)


def test_a_body_over_the_limit(administrator: User, client_of: ClientOf, settings: Any) -> None:
    settings.STRONGROOM_BODY_LIMIT_BYTES = 100
    response = client_of(administrator).post(AWARDS, {"rule": "x" * 100}, format="json")
    assert problem(response, 413, "body_too_large")["details"] == {"limit_bytes": 100}


def test_role_required(administrator: User, client_of: ClientOf, db: None) -> None:
    from governance.services import create_user

    body = problem(client_of(create_user(username="dora")).get("/api/v1/jobs"), 403, "role_required")
    assert body["details"]["roles"] == ["administrator", "approver", "auditor", "finance"]


def test_unknown_and_repeated_parameters(administrator: User, client_of: ClientOf) -> None:
    client = client_of(administrator)
    assert problem(client.get("/api/v1/jobs?sort=1"), 400, "unknown_field")["field"] == "sort"
    assert problem(client.get("/api/v1/jobs?limit=1&limit=2"), 400, "duplicate_field")["field"] == "limit"
    assert problem(client.get("/api/v1/me?a=1"), 400, "unknown_field")["field"] == "a"


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "1.5", "", "99999999999999999999", "٣"])
def test_limit_out_of_range(administrator: User, client_of: ClientOf, limit: str) -> None:
    response = client_of(administrator).get("/api/v1/jobs", {"limit": limit})
    assert problem(response, 400, "limit_out_of_range")["field"] == "limit"


@pytest.mark.parametrize("cursor", ["x", "é", "bm8", "W10", "WyJhIl0", "e30", "a" * 999])
def test_malformed_cursor(administrator: User, client_of: ClientOf, cursor: str) -> None:
    for place in ("/api/v1/jobs", "/api/v1/proposals"):
        response = client_of(administrator).get(place, {"cursor": cursor})
        assert problem(response, 400, "malformed_cursor")["field"] == "cursor"


def test_several_wrong_fields_are_all_named(administrator: User, client_of: ClientOf) -> None:
    response = client_of(administrator).get("/api/v1/jobs?limit=0&state=lost&colour=red")
    body = problem(response, 400, "limit_out_of_range")
    assert {(item["code"], item["field"]) for item in body["errors"]} == {
        ("limit_out_of_range", "limit"),
        ("unknown_choice", "state"),
        ("unknown_field", "colour"),
    }


def test_a_database_that_fails_is_a_503_that_says_when_to_try_again(
    administrator: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: MeEndpoint, request: Any) -> None:
        raise OperationalError("gone")

    client = client_of(administrator)
    monkeypatch.setattr(MeEndpoint, "get", fail)
    response = client.get("/api/v1/me")
    problem(response, 503, "database_unavailable")
    assert response.headers["Retry-After"] == "1"


def test_an_unexpected_fault_is_a_500_without_its_text(
    administrator: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: MeEndpoint, request: Any) -> None:
        raise RuntimeError("secret inner words")

    client = client_of(administrator)
    monkeypatch.setattr(MeEndpoint, "get", fail)
    response = client.get("/api/v1/me")
    problem(response, 500, "internal_error")
    assert "secret inner words" not in response.content.decode()


def test_a_refusal_keeps_its_field_and_details() -> None:
    refusal = InsufficientBalance("Not enough.", field="quantity_kg", available_kg="1.5")
    body = problem_body([problem_of_refusal(refusal)])
    assert (body["field"], body["details"]) == ("quantity_kg", {"available_kg": "1.5"})
    assert "errors" not in body


def test_every_refusal_of_every_app_has_a_status() -> None:
    codes = {item.code for item in catalogue.refusal_classes()}
    assert len(codes) > 60
    assert sorted(codes - STATUS_BY_CODE.keys()) == []
    assert sorted(STATUS_BY_CODE.keys() - codes) == []


def test_every_refusal_says_what_it_means() -> None:
    for item in catalogue.refusal_classes():
        assert item.__doc__, item
        assert item.__doc__.strip().endswith("."), item


def test_the_type_of_a_problem_is_an_address_that_explains_it(anonymous: APIClient) -> None:
    listed = anonymous.get("/api/problems").json()["items"]
    assert {entry["code"] for entry in listed} == STATUS_BY_CODE.keys()
    entry = anonymous.get("/api/problems/too_many_decimals").json()
    assert entry["status"] == 400
    assert entry["meaning"]
    assert entry["advice"]
    problem(anonymous.get("/api/problems/unicorn"), 404, "not_found")
