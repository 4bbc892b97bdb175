"""Making, rotating, revoking and watching API keys.

A key never makes more than itself: neither a wider key nor one that outlives it. So a leaked key ends where
its owner ends it.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from governance.domain.api_keys import ALPHABET, PREFIX_BYTES, SECRET_LENGTH, digest_api_key, format_api_key
from governance.domain.scopes import EVERYTHING, check_scopes, includes
from governance.errors import (
    ExpiryBeyondKey,
    ExpiryInThePast,
    ExpiryTooFar,
    KeyNotLive,
    KeyReplaced,
    NotKeyHolder,
    OverlapOutOfRange,
    ScopeNotHeld,
    SystemUserActs,
    TooManyKeys,
)
from governance.models import ApiKey, User
from governance.selectors.api_keys import find_acting_key, is_live
from governance.selectors.users import SYSTEM_USERNAME

_USE_IS_WRITTEN_EVERY = timedelta(minutes=1)
_USUAL_OVERLAP_HOURS = 24
_LONGEST_TERM = timedelta(days=3650)


@transaction.atomic
def create_api_key(
    *, user: User, name: str, expires_at: datetime | None = None, scopes: Iterable[str] = (EVERYTHING,)
) -> tuple[ApiKey, str]:
    """A new key and its text, which is shown this once and can't be read again.

    Raises ExpiryInThePast, ExpiryTooFar, SystemUserActs, NoScopes, UnknownScope, ScopeNotHeld,
    ExpiryBeyondKey, TooManyKeys.
    """
    if user.username == SYSTEM_USERNAME:
        raise SystemUserActs("the system user holds no keys")
    wanted = check_scopes(scopes)
    now = timezone.now()
    with_key = find_acting_key()
    if with_key is not None:
        _require_no_more_than(with_key, wanted)
        expires_at = expires_at or with_key.ends_at
        _require_end_by(with_key.ends_at, expires_at)
    _check_expiry(expires_at, now)
    _require_room_for_one_more(user, now)
    return _make_key(user=user, name=name, scopes=wanted, created_at=now, expires_at=expires_at)


@transaction.atomic
def rotate_api_key(
    *, key: ApiKey, actor: User, overlap_hours: int | None = None, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """A key that takes another one's place, and its text; the old one works on for the overlap.

    It may do the same and, unless told otherwise, is made for as long as the old one was. Raises
    NotKeyHolder, KeyNotLive, KeyReplaced, OverlapOutOfRange, ExpiryInThePast, ExpiryTooFar, ScopeNotHeld,
    ExpiryBeyondKey.
    """
    if key.user_id != actor.id:
        raise NotKeyHolder("a new key is shown to its holder only")
    overlap = _overlap(overlap_hours)
    old = ApiKey.objects.select_for_update(no_key=True).get(pk=key.pk)
    now = timezone.now()
    if old.replaced_by_id is not None:
        raise KeyReplaced("another key took this one's place already")
    if old.revoked_at is not None or (old.expires_at is not None and old.expires_at <= now):
        raise KeyNotLive("the key doesn't work any more; make a new one")
    limit, term_ends = None, now + (old.expires_at - old.created_at) if old.expires_at else None
    with_key = find_acting_key()
    if with_key is not None:
        _require_no_more_than(with_key, old.scopes)
        # Itself a key may renew for its own term; what else it rotates can't outlive it.
        limit = term_ends if with_key.pk == old.pk else with_key.ends_at
    expires_at = expires_at or min((end for end in (term_ends, limit) if end is not None), default=None)
    _check_expiry(expires_at, now)
    _require_end_by(limit, expires_at)
    new, text = _make_key(user=actor, name=old.name, scopes=old.scopes, created_at=now, expires_at=expires_at)
    # Written only where nothing stands: a key would have one successor even if the lock above were forgotten.
    unreplaced = ApiKey.objects.filter(pk=old.pk, replaced_by=None)
    if not unreplaced.update(replaced_by=new, overlap_ends_at=now + overlap):
        raise KeyReplaced("another key took this one's place already")
    return new, text


@transaction.atomic
def revoke_api_key(*, key: ApiKey, actor: User | None = None) -> ApiKey:
    """Stop the key from working from now on; revoking twice keeps the first time and who did it.

    Who may do it is decided by whoever finds the key. What took its place works on.
    """
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_by=actor)
    key.refresh_from_db()
    return key


def record_api_key_use(*, key: ApiKey) -> None:
    """Note that the key was used, at most once a minute, so that reading doesn't write all the time."""
    now = timezone.now()
    stale = now - _USE_IS_WRITTEN_EVERY
    if key.last_used_at is not None and key.last_used_at > stale:
        return
    due = Q(last_used_at=None) | Q(last_used_at__lte=stale)
    ApiKey.objects.filter(due, pk=key.pk).update(last_used_at=now)


def _make_key(
    *,
    user: User,
    name: str,
    scopes: Sequence[str],
    created_at: datetime,
    expires_at: datetime | None,
) -> tuple[ApiKey, str]:
    prefix = secrets.token_hex(PREFIX_BYTES)
    text = format_api_key(prefix, "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH)))
    key = ApiKey.objects.create(
        user=user,
        name=name[:100],
        prefix=prefix,
        digest=digest_api_key(text, hash_key=settings.STRONGROOM_API_KEY_HASH_KEY),
        scopes=list(scopes),
        created_at=created_at,
        expires_at=expires_at,
    )
    return key, text


def _check_expiry(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise ExpiryInThePast("the key would have expired already", field="expires_at")
    if expires_at is not None and expires_at - now > _LONGEST_TERM:
        days = _LONGEST_TERM.days
        raise ExpiryTooFar(f"a key expires within {days} days, or never", field="expires_at", days=days)


def _require_no_more_than(with_key: ApiKey, wanted: Sequence[str]) -> None:
    beyond = [scope for scope in wanted if not includes(with_key.scopes, scope)]
    if beyond:
        raise ScopeNotHeld(f"this key can't give the scope {beyond[0]}", field="scopes", beyond=beyond)


def _require_end_by(end: datetime | None, expires_at: datetime | None) -> None:
    if end is not None and (expires_at is None or expires_at > end):
        raise ExpiryBeyondKey(
            "this key can't make one that works for so long", field="expires_at", latest=end.isoformat()
        )


def _require_room_for_one_more(user: User, now: datetime) -> None:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    limit = settings.STRONGROOM_API_KEYS_PER_USER
    if ApiKey.objects.filter(is_live(now), user=user).count() >= limit:
        raise TooManyKeys(f"a user holds at most {limit} live keys", limit=limit)


def _overlap(hours: int | None) -> timedelta:
    longest = settings.STRONGROOM_API_KEY_LONGEST_OVERLAP_HOURS
    if hours is None:
        hours = min(_USUAL_OVERLAP_HOURS, longest)
    if not 0 <= hours <= longest:
        text = f"the old key works on for 0 to {longest} hours"
        raise OverlapOutOfRange(text, field="overlap_hours", longest=longest)
    return timedelta(hours=hours)
