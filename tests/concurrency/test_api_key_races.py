"""Two rotations of one key at once, and two keys for the last place: where commits are real.

Each race comes with a control: without the lock both pass the check. Of two rotations the second then finds
the successor's place taken when it writes; of two new keys both are made.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connections
from django.db.models import QuerySet

from errors import Refusal
from governance.models import ApiKey, User
from governance.services import api_keys, create_api_key, create_user, rotate_api_key


@pytest.fixture
def dora(committed_database: str) -> User:
    return create_user(username="dora", roles=["finance"])


def meet_before_making(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two that get as far as making a key wait for each other there; whoever comes alone goes on.

    The list tells who got there.
    """
    barrier, make_key = Barrier(2), api_keys._make_key
    met: list[str] = []

    def meet_and_make(**values: Any) -> tuple[ApiKey, str]:
        met.append(values["name"])
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=1)
        return make_key(**values)

    monkeypatch.setattr(api_keys, "_make_key", meet_and_make)
    return met


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows)


def at_once(step: Callable[[], Any]) -> list[str]:
    """What became of the step, taken by two at once: "made", or the code of the refusal."""

    def take(_: int) -> str:
        try:
            step()
        except Refusal as refusal:
            return refusal.code
        finally:
            connections["default"].close()
        return "made"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(take, range(2)))


@pytest.mark.parametrize(("is_locked", "past_the_check"), [(True, 1), (False, 2)])
def test_a_key_is_replaced_by_one_of_two_rotations(
    dora: User, monkeypatch: pytest.MonkeyPatch, is_locked: bool, past_the_check: int
) -> None:
    key, _ = create_api_key(user=dora, name="office")
    met = meet_before_making(monkeypatch)
    if not is_locked:
        without_locks(monkeypatch)
    assert at_once(lambda: rotate_api_key(key=key, actor=dora)) == ["key_already_replaced", "made"]
    assert len(met) == past_the_check
    key.refresh_from_db()
    assert key.replaced_by is not None
    assert ApiKey.objects.count() == 2


@pytest.mark.parametrize(("is_locked", "answers"), [(True, ["made", "too_many_keys"]), (False, ["made"] * 2)])
def test_the_last_place_goes_to_one_of_two(
    dora: User,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    is_locked: bool,
    answers: list[str],
) -> None:
    settings.STRONGROOM_API_KEYS_PER_USER = 2
    create_api_key(user=dora, name="first")
    meet_before_making(monkeypatch)
    if not is_locked:
        without_locks(monkeypatch)
    assert at_once(lambda: create_api_key(user=dora, name="second")) == answers
