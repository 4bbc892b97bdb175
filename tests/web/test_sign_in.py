"""Signing in and out of the console, and who is turned away."""

from typing import Any

import pytest
from django.test import Client

from governance.models import User
from governance.services import create_user, deactivate_user

pytestmark = pytest.mark.django_db

PASSWORD = "granite-lantern-harbour"


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def ada(db: None) -> User:
    return create_user(username="ada", password=PASSWORD, roles=["administrator"])


def sign_in(browser: Client, username: str = "ada", password: str = PASSWORD, **more: str) -> Any:
    browser.get("/sign-in")
    token = browser.cookies["csrftoken"].value
    values = {"username": username, "password": password, "csrfmiddlewaretoken": token}
    return browser.post("/sign-in", values | more)


def test_whoever_isn_t_signed_in_is_sent_to_sign_in_and_back(ada: User, browser: Client) -> None:
    response = browser.get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "/sign-in?next=/")
    response = sign_in(browser, next="/")
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert browser.get("/").status_code == 200


def test_wrong_sign_ins_are_refused_alike(ada: User, browser: Client) -> None:
    deactivated = create_user(username="gone", password=PASSWORD, roles=["administrator"])
    deactivate_user(user=deactivated)
    for username, password in (("ada", "wrong"), ("nobody", PASSWORD), ("gone", PASSWORD), ("system", "x")):
        page = sign_in(browser, username, password)
        assert page.status_code == 200
        assert "User name and password don&#x27;t belong together" in page.content.decode() or (
            "don't belong together" in page.content.decode()
        )
        assert browser.get("/").status_code == 302


def test_a_password_is_never_written_back(ada: User, browser: Client) -> None:
    assert "wrong-but-secret" not in sign_in(browser, password="wrong-but-secret").content.decode()


def test_nobody_is_sent_to_another_host(ada: User, browser: Client) -> None:
    assert sign_in(browser, next="https://elsewhere.example/").headers["Location"] == "/"


def test_signing_out(ada: User, browser: Client) -> None:
    sign_in(browser)
    token = browser.cookies["csrftoken"].value
    assert browser.get("/sign-out").status_code == 405
    assert browser.post("/sign-out", {"csrfmiddlewaretoken": token}).headers["Location"] == "/sign-in"
    assert browser.get("/").status_code == 302


def test_a_form_without_its_token_is_refused_with_a_page_that_says_why(ada: User, browser: Client) -> None:
    response = browser.post("/sign-in", {"username": "ada", "password": PASSWORD})
    assert response.status_code == 403
    assert "form" in response.content.decode()


@pytest.mark.parametrize("roles", [(), ("trader",)])
def test_a_page_of_the_staff_is_not_for_others(browser: Client, roles: tuple[str, ...]) -> None:
    create_user(username="eve", password=PASSWORD, roles=roles)
    sign_in(browser, "eve")
    response = browser.get("/")
    assert response.status_code == 403
    assert "for the reserve's staff" in response.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize("role", ["administrator", "approver", "finance", "auditor"])
def test_every_staff_role_sees_the_overview(browser: Client, role: str) -> None:
    create_user(username="eve", password=PASSWORD, roles=[role])
    sign_in(browser, "eve")
    assert browser.get("/").status_code == 200


def test_an_address_that_leads_nowhere_has_a_page(browser: Client) -> None:
    response = browser.get("/nowhere")
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()
