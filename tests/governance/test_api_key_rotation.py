"""Rotation: another key takes a key's place, and the old one works on for a while. What a key may make."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from errors import Refusal
from governance.acting import Acting, acting
from governance.errors import (
    ExpiryBeyondKey,
    ExpiryInThePast,
    KeyNotLive,
    KeyReplaced,
    NotKeyHolder,
    OverlapOutOfRange,
    ScopeNotHeld,
)
from governance.models import ApiKey, User
from governance.selectors import authenticate_api_key, list_api_keys
from governance.services import create_api_key, revoke_api_key, rotate_api_key

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 4, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@contextmanager
def by_key(key: ApiKey) -> Iterator[None]:
    with acting(Acting(user_id=key.user_id, key_id=key.id)):
        yield


def state_of(key: ApiKey) -> str:
    return next(state for state in ApiKey.State if list_api_keys(state=state).filter(pk=key.pk))


def test_both_keys_work_during_the_overlap_and_the_new_one_after_it(approver: User, clock: Any) -> None:
    old, old_secret = create_api_key(user=approver, name="office", scopes=["firms:read"])
    new, new_secret = rotate_api_key(key=old, actor=approver, overlap_hours=2)
    assert (new.name, new.scopes, new.expires_at) == ("office", ["firms:read"], None)
    old.refresh_from_db()
    assert old.replaced_by == new
    assert [state_of(old), state_of(new)] == ["ending", "live"]
    clock.shift(2 * HOUR - timedelta(seconds=1))
    assert authenticate_api_key(old_secret) == authenticate_api_key(new_secret) == approver
    clock.shift(1)
    assert authenticate_api_key(old_secret) is None
    assert authenticate_api_key(new_secret) == approver
    assert [state_of(old), state_of(new)] == ["replaced", "live"]


def test_an_overlap_of_nothing_ends_the_old_key_at_once(approver: User) -> None:
    old, secret = create_api_key(user=approver, name="office")
    rotate_api_key(key=old, actor=approver, overlap_hours=0)
    assert authenticate_api_key(secret) is None


def test_the_usual_overlap_is_a_day(approver: User, settings: Any) -> None:
    old, _ = create_api_key(user=approver, name="office")
    rotate_api_key(key=old, actor=approver)
    old.refresh_from_db()
    assert old.overlap_ends_at == NOON + timedelta(days=1)
    settings.STRONGROOM_API_KEY_LONGEST_OVERLAP_HOURS = 3
    other, _ = create_api_key(user=approver, name="office")
    rotate_api_key(key=other, actor=approver)
    other.refresh_from_db()
    assert other.overlap_ends_at == NOON + 3 * HOUR


@pytest.mark.parametrize("hours", [-1, 169, 2**63])
def test_an_overlap_has_bounds(approver: User, hours: int) -> None:
    old, _ = create_api_key(user=approver, name="office")
    with pytest.raises(OverlapOutOfRange):
        rotate_api_key(key=old, actor=approver, overlap_hours=hours)
    assert state_of(old) == "live"


def test_an_overlap_does_not_outlast_the_old_keys_own_end(approver: User, clock: Any) -> None:
    old, secret = create_api_key(user=approver, name="office", expires_at=NOON + HOUR)
    new, _ = rotate_api_key(key=old, actor=approver, overlap_hours=100)
    assert new.expires_at == NOON + HOUR
    clock.shift(HOUR)
    assert authenticate_api_key(secret) is None


def test_the_new_key_is_made_for_as_long_as_the_old_one_was(approver: User, clock: Any) -> None:
    old, _ = create_api_key(user=approver, name="office", expires_at=NOON + 30 * HOUR)
    clock.shift(20 * HOUR)
    new, _ = rotate_api_key(key=old, actor=approver)
    assert new.expires_at == NOON + 50 * HOUR
    newer, _ = rotate_api_key(key=new, actor=approver, expires_at=NOON + 1000 * HOUR)
    assert newer.expires_at == NOON + 1000 * HOUR
    with pytest.raises(ExpiryInThePast):
        rotate_api_key(key=newer, actor=approver, expires_at=timezone.now())


def test_a_key_is_replaced_once(approver: User) -> None:
    old, _ = create_api_key(user=approver, name="office")
    new, _ = rotate_api_key(key=old, actor=approver)
    for _ in range(2):
        with pytest.raises(KeyReplaced):
            rotate_api_key(key=old, actor=approver)
    old.refresh_from_db()
    assert old.replaced_by == new
    assert ApiKey.objects.count() == 2


def test_a_key_ends_for_another_only_if_there_is_one(approver: User) -> None:
    key, _ = create_api_key(user=approver, name="office")
    with pytest.raises(IntegrityError, match="governance_apikey_overlap_has_successor"), transaction.atomic():
        ApiKey.objects.filter(pk=key.pk).update(overlap_ends_at=NOON)


def test_what_does_not_work_is_not_rotated(approver: User, outsider: User, clock: Any) -> None:
    revoked, _ = create_api_key(user=approver, name="lost")
    revoke_api_key(key=revoked, actor=approver)
    expired, _ = create_api_key(user=approver, name="short", expires_at=NOON + HOUR)
    clock.shift(HOUR)
    for key in (revoked, expired):
        with pytest.raises(KeyNotLive):
            rotate_api_key(key=key, actor=approver)
    others, _ = create_api_key(user=outsider, name="others")
    with pytest.raises(NotKeyHolder):
        rotate_api_key(key=others, actor=approver)
    assert ApiKey.objects.count() == 3


def test_revoking_the_old_key_ends_it_within_its_overlap_and_not_the_new_one(approver: User) -> None:
    old, old_secret = create_api_key(user=approver, name="office")
    _, new_secret = rotate_api_key(key=old, actor=approver)
    assert revoke_api_key(key=old, actor=approver).revoked_by == approver
    assert authenticate_api_key(old_secret) is None
    assert authenticate_api_key(new_secret) == approver
    assert state_of(old) == "revoked"


def test_revoking_twice_keeps_who_did_it_first(approver: User, outsider: User) -> None:
    key, _ = create_api_key(user=approver, name="lost")
    revoke_api_key(key=key, actor=approver)
    assert revoke_api_key(key=key, actor=outsider).revoked_by == approver


def test_a_key_makes_none_that_may_do_more(approver: User) -> None:
    narrow, _ = create_api_key(user=approver, name="narrow", scopes=["api_keys:write", "firms:read"])
    with by_key(narrow):
        made, _ = create_api_key(user=approver, name="child", scopes=["firms:read", "api_keys:read"])
        assert made.scopes == ["firms:read", "api_keys:read"]
        for scope in ("firms:write", "all:read", "jobs:read"):
            with pytest.raises(ScopeNotHeld):
                create_api_key(user=approver, name="child", scopes=["firms:read", scope])


def test_a_key_rotates_none_that_may_do_more(approver: User) -> None:
    narrow, _ = create_api_key(user=approver, name="narrow", scopes=["api_keys:write"])
    wide, _ = create_api_key(user=approver, name="wide")
    with by_key(narrow), pytest.raises(ScopeNotHeld):
        rotate_api_key(key=wide, actor=approver)
    assert state_of(wide) == "live"


def test_a_key_makes_none_that_outlives_it(approver: User, clock: Any) -> None:
    short, _ = create_api_key(user=approver, name="short", expires_at=NOON + HOUR)
    lasting, _ = create_api_key(user=approver, name="lasting")
    with by_key(short):
        assert create_api_key(user=approver, name="child")[0].expires_at == NOON + HOUR
        with pytest.raises(ExpiryBeyondKey):
            create_api_key(user=approver, name="child", expires_at=NOON + 2 * HOUR)
        with pytest.raises(ExpiryBeyondKey):
            rotate_api_key(key=lasting, actor=approver, expires_at=NOON + 2 * HOUR)
        assert rotate_api_key(key=lasting, actor=approver)[0].expires_at == NOON + HOUR


def test_a_key_that_is_ending_makes_none_beyond_its_overlap(approver: User) -> None:
    old, _ = create_api_key(user=approver, name="office")
    rotate_api_key(key=old, actor=approver, overlap_hours=2)
    with by_key(old):
        assert create_api_key(user=approver, name="child")[0].expires_at == NOON + 2 * HOUR


def test_a_key_may_renew_itself_for_its_own_term_and_no_longer(approver: User, clock: Any) -> None:
    key, _ = create_api_key(user=approver, name="machine", expires_at=NOON + 10 * HOUR)
    clock.shift(9 * HOUR)
    with by_key(key):
        with pytest.raises(ExpiryBeyondKey):
            rotate_api_key(key=key, actor=approver, expires_at=NOON + 20 * HOUR)
        assert rotate_api_key(key=key, actor=approver)[0].expires_at == NOON + 19 * HOUR


def test_a_refused_rotation_leaves_nothing_behind(approver: User) -> None:
    key, _ = create_api_key(user=approver, name="office", expires_at=NOON + HOUR)
    with by_key(key), pytest.raises(Refusal):
        rotate_api_key(key=key, actor=approver, expires_at=NOON + 2 * HOUR)
    assert (state_of(key), ApiKey.objects.count()) == ("live", 1)
