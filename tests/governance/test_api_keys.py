"""API keys: shown once, stored as a keyed hash, usable until expiry, revocation or deactivation."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from governance.errors import ExpiryInThePast, SystemUserActs
from governance.models import ApiKey, User
from governance.selectors import authenticate_api_key, find_api_key, get_system_user
from governance.services import create_api_key, deactivate_user, record_api_key_use, revoke_api_key

pytestmark = pytest.mark.django_db


def test_a_key_signs_its_user_in(approver: User) -> None:
    key, secret = create_api_key(user=approver, name="back office")
    assert re.fullmatch(r"sr_[0-9a-f]{12}_[0-9a-f]{64}", secret)
    assert secret.startswith(f"sr_{key.prefix}_")
    assert authenticate_api_key(secret) == approver


def test_the_secret_is_not_stored(approver: User, settings: Any) -> None:
    key, secret = create_api_key(user=approver, name="back office")
    stored = ApiKey.objects.get(pk=key.pk)
    assert secret.rsplit("_", 1)[1] not in str(vars(stored))
    settings.STRONGROOM_API_KEY_HASH_KEY = "another"
    assert authenticate_api_key(secret) is None


def test_a_changed_character_anywhere_fails(approver: User) -> None:
    _, secret = create_api_key(user=approver, name="back office")
    for index in range(len(secret)):
        changed = secret[:index] + ("0" if secret[index] != "0" else "1") + secret[index + 1 :]
        assert authenticate_api_key(changed) is None


@pytest.mark.parametrize(
    "text", ["", "sr_", "sr__", "sr_a_b", "Bearer x", "sr_" + "0" * 12 + "_" + "0" * 64, "\0"]
)
def test_what_is_no_key_fails(text: str) -> None:
    assert authenticate_api_key(text) is None


def test_expiry(approver: User) -> None:
    _, secret = create_api_key(user=approver, name="trial", expires_at=timezone.now() + timedelta(days=1))
    assert authenticate_api_key(secret) == approver
    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=1)):
        assert authenticate_api_key(secret) is None
    with pytest.raises(ExpiryInThePast):
        create_api_key(user=approver, name="late", expires_at=timezone.now())


def test_revocation_keeps_the_first_time(approver: User) -> None:
    key, secret = create_api_key(user=approver, name="lost")
    revoked_at = revoke_api_key(key=key).revoked_at
    assert authenticate_api_key(secret) is None
    assert revoke_api_key(key=key).revoked_at == revoked_at


def test_a_deactivated_users_key_fails(approver: User) -> None:
    _, secret = create_api_key(user=approver, name="left")
    deactivate_user(user=approver)
    assert authenticate_api_key(secret) is None


def test_the_system_user_holds_no_key() -> None:
    with pytest.raises(SystemUserActs):
        create_api_key(user=get_system_user(), name="back door")


def test_use_is_noted_at_most_once_a_minute(approver: User, django_assert_num_queries: Any) -> None:
    _, secret = create_api_key(user=approver, name="busy")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for expected_writes in (1, 0):
            key = find_api_key(secret)
            assert key is not None
            with django_assert_num_queries(expected_writes):
                record_api_key_use(key=key)
        clock.shift(61)
        key = find_api_key(secret)
        assert key is not None
        record_api_key_use(key=key)
        key.refresh_from_db()
        assert key.last_used_at == timezone.now()
