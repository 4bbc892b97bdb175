"""Bad combinations of settings are named, each with a number and what to do."""

from types import SimpleNamespace

import pytest
from django.core.checks import CheckMessage
from django.db import connections
from django.test import override_settings

from config import checks


def _numbers(found: list[CheckMessage]) -> list[str]:
    return [str(message.id).removeprefix("strongroom.") for message in found]


def test_good_settings_have_nothing_to_say() -> None:
    assert _numbers(checks.check_secret() + checks.check_hosts() + checks.check_servers()) == []


@override_settings(SECRET_KEY="")
def test_a_missing_secret_is_critical() -> None:
    assert _numbers(checks.check_secret()) == ["E001"]


@override_settings(DEBUG=True, ALLOWED_HOSTS=["127.0.0.1", "reserve.example"], STRONGROOM_HTTPS=True)
def test_debugging_for_others_is_critical() -> None:
    assert _numbers(checks.check_hosts()) == ["E002"]


@override_settings(DEBUG=True, ALLOWED_HOSTS=["127.0.0.1", "localhost"])
def test_debugging_on_one_machine_is_allowed() -> None:
    assert _numbers(checks.check_hosts()) == []


@override_settings(ALLOWED_HOSTS=["*"], STRONGROOM_HTTPS=True)
def test_any_host_is_an_error() -> None:
    assert _numbers(checks.check_hosts()) == ["E003"]


@override_settings(ALLOWED_HOSTS=["reserve.example"], STRONGROOM_HTTPS=False)
def test_serving_others_in_the_clear_is_warned_of() -> None:
    assert _numbers(checks.check_hosts()) == ["W004"]


def test_a_missing_database_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = SimpleNamespace(DATABASES={"default": {"NAME": ""}}, REDIS_URL="redis://localhost/0")
    monkeypatch.setattr(checks, "settings", nothing)

    assert _numbers(checks.check_servers()) == ["E005"]


@override_settings(REDIS_URL="redis://redis.example:6379/0")
def test_an_open_redis_elsewhere_is_warned_of() -> None:
    assert _numbers(checks.check_servers()) == ["W006"]


@override_settings(REDIS_URL="redis://:password@redis.example:6379/0")
def test_a_redis_with_a_password_is_fine() -> None:
    assert _numbers(checks.check_servers()) == []


@pytest.mark.django_db
def test_the_service_role_may_serve() -> None:
    assert _numbers(checks.check_database(databases=["default"])) == []


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_owner_of_the_tables_may_not_serve(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = connections["owner"]
    monkeypatch.setattr(checks, "connections", {"default": owner})

    assert _numbers(checks.check_database(databases=["default"])) == ["E010"]


def test_the_database_is_asked_only_when_it_is_named() -> None:
    assert checks.check_database(databases=None) == []


GOOD_SEED = "ab" * 32


@pytest.mark.parametrize(
    ("key", "file", "numbers"),
    [
        ("", "", []),
        (GOOD_SEED, "", []),
        (GOOD_SEED, "/nowhere/key.pem", ["E011"]),
        ("short", "", ["E012"]),
        ("", "/nowhere/key.pem", ["E012"]),
    ],
)
def test_a_signing_key_that_cannot_sign_is_an_error(key: str, file: str, numbers: list[str]) -> None:
    with override_settings(STRONGROOM_SIGNING_KEY=key, STRONGROOM_SIGNING_KEY_FILE=file):
        assert _numbers(checks.check_signing_key()) == numbers


@pytest.mark.parametrize(("token", "numbers"), [("", []), ("short", ["E013"]), ("x" * 20, [])])
def test_a_token_of_the_metrics_that_can_be_guessed_is_an_error(token: str, numbers: list[str]) -> None:
    with override_settings(STRONGROOM_METRICS_TOKEN=token):
        assert _numbers(checks.check_metrics_token()) == numbers
