"""Signing in: by key, by session with its token, and every way that doesn't work."""

from typing import Any

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from governance.models import User
from governance.services import create_api_key, create_user, deactivate_user, revoke_api_key
from tests.api.conftest import ClientOf

pytestmark = pytest.mark.django_db

PASSWORD = "granite-lantern-harbour"


@pytest.fixture
def browser() -> APIClient:
    """A client that keeps cookies and is checked for tokens like any browser."""
    return APIClient(enforce_csrf_checks=True, raise_request_exception=False)


@pytest.fixture
def dora(db: None) -> User:
    return create_user(username="dora", full_name="Dora", password=PASSWORD, roles=["finance"])


def token_of(browser: APIClient) -> str:
    return str(browser.get("/api/v1/session").json()["csrf_token"])


def sign_in(browser: APIClient, password: str = PASSWORD) -> Any:
    values = {"username": "dora", "password": password}
    return browser.post("/api/v1/session", values, format="json", headers={"X-CSRFToken": token_of(browser)})


def test_a_key_signs_in(dora: User, anonymous: APIClient) -> None:
    key, secret = create_api_key(user=dora, name="office")
    response = anonymous.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert response.json() == {
        "id": str(dora.id),
        "username": "dora",
        "full_name": "Dora",
        "roles": ["finance"],
        "signed_in_by": "api_key",
        "api_key_prefix": key.prefix,
        "api_key_scopes": ["all:write"],
        "api_key_expires_at": None,
    }
    key.refresh_from_db()
    assert key.last_used_at is not None


def test_keys_that_do_not_work(dora: User, anonymous: APIClient) -> None:
    key, secret = create_api_key(user=dora, name="office")
    revoke_api_key(key=key)
    for header in (f"Bearer {secret}", "Bearer", "Bearer x", "Basic ZG9yYTp4", secret, "", "Bearer \u00e9"):
        response = anonymous.get("/api/v1/me", headers={"Authorization": header})
        assert (response.status_code, response.json()["code"]) == (401, "invalid_key"), header


def test_a_mistyped_key_is_told_so(dora: User, anonymous: APIClient, django_assert_num_queries: Any) -> None:
    _, secret = create_api_key(user=dora, name="office")
    for text in (secret[:-1], secret + "0", secret.swapcase(), secret[:30] + secret[31:], "sr_", "SR_x"):
        with django_assert_num_queries(0):
            response = anonymous.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"})
        assert (response.status_code, response.json()["code"]) == (401, "mistyped_key"), text
        assert response.headers["WWW-Authenticate"] == 'Bearer realm="strongroom"'


def test_what_is_no_key_at_all_is_not_looked_for(
    anonymous: APIClient, django_assert_num_queries: Any
) -> None:
    for text in ("", "x", "s" * 5000, "sr-0123"):
        with django_assert_num_queries(0):
            response = anonymous.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"})
        assert response.json()["code"] == "invalid_key", text


def test_a_key_costs_one_query_and_a_write_a_minute(
    dora: User, anonymous: APIClient, django_assert_num_queries: Any
) -> None:
    _, secret = create_api_key(user=dora, name="office")
    headers = {"Authorization": f"Bearer {secret}"}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        # The key with its user, and the roles that `me` tells; the first time in a minute, its use too.
        for queries in (3, 2, 2):
            with django_assert_num_queries(queries):
                anonymous.get("/api/v1/me", headers=headers)
        clock.shift(61)
        with django_assert_num_queries(3):
            anonymous.get("/api/v1/me", headers=headers)


def test_a_wrong_key_never_falls_back_to_the_session(dora: User, browser: APIClient) -> None:
    sign_in(browser)
    response = browser.get("/api/v1/me", headers={"Authorization": "Bearer wrong"})
    assert response.status_code == 401


def test_a_key_needs_no_token(administrator: User, client_of: ClientOf) -> None:
    client = client_of(administrator)
    client.handler.enforce_csrf_checks = True
    assert client.post("/api/v1/calculators/awards", {}, format="json").json()["code"] == "missing_field"


def test_a_session_signs_in_and_out(dora: User, browser: APIClient) -> None:
    assert browser.get("/api/v1/session").json()["username"] is None
    response = sign_in(browser)
    assert (response.status_code, response.json()["username"]) == (200, "dora")
    me = browser.get("/api/v1/me").json()
    assert (me["username"], me["signed_in_by"], me["api_key_prefix"]) == ("dora", "session", None)
    response = browser.delete("/api/v1/session", headers={"X-CSRFToken": token_of(browser)})
    assert response.status_code == 204
    assert browser.get("/api/v1/me").status_code == 401


def test_the_cookie_of_a_session_is_out_of_reach_of_scripts(dora: User, browser: APIClient) -> None:
    sign_in(browser)
    cookie = browser.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_sign_in_needs_the_token(dora: User, browser: APIClient) -> None:
    values = {"username": "dora", "password": PASSWORD}
    response = browser.post("/api/v1/session", values, format="json")
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")


def test_a_sessions_unsafe_request_needs_the_token(dora: User, browser: APIClient) -> None:
    sign_in(browser)
    response = browser.post("/api/v1/calculators/awards", {}, format="json")
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")
    response = browser.delete("/api/v1/session")
    assert (response.status_code, response.json()["code"]) == (403, "csrf_failed")
    token = token_of(browser)
    response = browser.post("/api/v1/calculators/awards", {}, format="json", headers={"X-CSRFToken": token})
    assert response.json()["code"] == "missing_field"


def test_wrong_password_unknown_user_and_deactivated_user_look_the_same(
    dora: User, browser: APIClient
) -> None:
    answers = [sign_in(browser, "wrong")]
    deactivate_user(user=dora)
    answers.append(sign_in(browser))
    browser_values = {"username": "nobody", "password": "x"}
    token = token_of(browser)
    answers.append(
        browser.post("/api/v1/session", browser_values, format="json", headers={"X-CSRFToken": token})
    )
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (401, answers[0].content),
    }
    assert answers[0].json()["code"] == "sign_in_failed"


def test_the_system_user_can_not_sign_in(browser: APIClient) -> None:
    values = {"username": "system", "password": ""}
    response = browser.post(
        "/api/v1/session", values, format="json", headers={"X-CSRFToken": token_of(browser)}
    )
    assert response.json()["code"] == "empty_text"


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({}, "missing_field", "username"),
        ({"username": "dora"}, "missing_field", "password"),
        ({"username": None, "password": "x"}, "missing_field", "username"),
        ({"username": 7, "password": "x"}, "wrong_type", "username"),
        ({"username": "dora", "password": True}, "wrong_type", "password"),
        ({"username": "d" * 151, "password": "x"}, "text_too_long", "username"),
        ({"username": "do\0ra", "password": "x"}, "unstorable_text", "username"),
        ({"username": "dora", "password": "x", "remember": True}, "unknown_field", "remember"),
        ([], "not_an_object", None),
        ("dora", "not_an_object", None),
        (None, "not_an_object", None),
    ],
)
def test_bad_sign_in_bodies(browser: APIClient, values: Any, code: str, field: str | None) -> None:
    import json

    response = browser.generic(
        "POST",
        "/api/v1/session",
        json.dumps(values),
        content_type="application/json",
        headers={"X-CSRFToken": token_of(browser)},
    )
    body = response.json()
    assert (response.status_code, body["code"], body["field"]) == (400, code, field)
