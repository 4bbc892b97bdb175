"""API keys: shown once, stored as a keyed hash, usable until expiry, revocation or deactivation."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import ProgrammingError, transaction
from django.utils import timezone

from governance.domain.api_keys import SECRET_LENGTH, digest_api_key, format_api_key
from governance.domain.scopes import EVERYTHING
from governance.errors import ExpiryInThePast, NoScopes, SystemUserActs, TooManyKeys, UnknownScope
from governance.models import ApiKey, User
from governance.selectors import authenticate_api_key, find_api_key, get_system_user
from governance.services import create_api_key, deactivate_user, record_api_key_use, revoke_api_key

pytestmark = pytest.mark.django_db


def test_a_key_signs_its_user_in(approver: User) -> None:
    key, secret = create_api_key(user=approver, name="back office")
    assert re.fullmatch(r"sr_[0-9a-f]{12}_[0-9A-Za-z]{49}", secret)
    assert secret.startswith(f"sr_{key.prefix}_")
    assert authenticate_api_key(secret) == approver


def test_the_secret_is_not_stored(approver: User, settings: Any) -> None:
    key, secret = create_api_key(user=approver, name="back office")
    stored = ApiKey.objects.get(pk=key.pk)
    assert secret.rsplit("_", 1)[1] not in str(vars(stored))
    settings.STRONGROOM_API_KEY_HASH_KEY = "another"
    assert authenticate_api_key(secret) is None


def test_a_wrong_secret_with_a_right_checksum_fails(approver: User) -> None:
    key, secret = create_api_key(user=approver, name="back office")
    wrong = format_api_key(key.prefix, "0" * SECRET_LENGTH)
    assert wrong[:16] == secret[:16]
    assert authenticate_api_key(wrong) is None
    assert authenticate_api_key(format_api_key("0" * 12, "0" * SECRET_LENGTH)) is None


def test_what_can_not_be_a_key_is_not_looked_for(approver: User, django_assert_num_queries: Any) -> None:
    _, secret = create_api_key(user=approver, name="back office")
    with django_assert_num_queries(0):
        for index in range(len(secret)):
            changed = secret[:index] + ("0" if secret[index] != "0" else "1") + secret[index + 1 :]
            assert authenticate_api_key(changed) is None
        for text in ("", "sr_", "sr__", "sr_a_b", "Bearer x", "\0", secret + "\n", secret[1:]):
            assert authenticate_api_key(text) is None


def test_keys_from_before_there_were_checksums_work_on(approver: User, settings: Any) -> None:
    secret = "sr_0123456789ab_" + "c" * 64
    digest = digest_api_key(secret, hash_key=settings.STRONGROOM_API_KEY_HASH_KEY)
    now = timezone.now()
    ApiKey.objects.create(
        user=approver, name="old", prefix="0123456789ab", digest=digest, scopes=[EVERYTHING], created_at=now
    )
    assert authenticate_api_key(secret) == approver
    assert authenticate_api_key(secret[:-1] + "d") is None


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


def test_a_key_may_do_what_its_holder_may_unless_told_otherwise(approver: User) -> None:
    assert create_api_key(user=approver, name="wide")[0].scopes == ["all:write"]
    scopes = ["drawdowns:write", "firms:read", "drawdowns:write"]
    assert create_api_key(user=approver, name="narrow", scopes=scopes)[0].scopes == [
        "firms:read",
        "drawdowns:write",
    ]
    with pytest.raises(NoScopes):
        create_api_key(user=approver, name="nothing", scopes=[])
    with pytest.raises(UnknownScope):
        create_api_key(user=approver, name="odd", scopes=["firms:delete"])


def test_what_a_key_is_can_not_be_changed_by_the_service(approver: User) -> None:
    key, _ = create_api_key(user=approver, name="narrow", scopes=["firms:read"])
    for change in (
        {"scopes": ["all:write"]},
        {"expires_at": None},
        {"digest": bytes(32)},
        {"user": get_system_user()},
        {"created_at": timezone.now()},
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            ApiKey.objects.filter(pk=key.pk).update(**change)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        ApiKey.objects.filter(pk=key.pk).delete()


def test_a_user_holds_only_so_many_live_keys(approver: User, settings: Any) -> None:
    settings.STRONGROOM_API_KEYS_PER_USER = 2
    first, _ = create_api_key(user=approver, name="one")
    create_api_key(user=approver, name="two")
    with pytest.raises(TooManyKeys):
        create_api_key(user=approver, name="three")
    revoke_api_key(key=first)
    create_api_key(user=approver, name="three")
