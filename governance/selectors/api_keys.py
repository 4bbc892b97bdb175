"""Finding the key and the user behind a presented secret, what the key may do, and what became of keys."""

from datetime import datetime

from django.conf import settings
from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.utils import timezone

from governance.acting import current_acting
from governance.domain.api_keys import is_digest_of, parse_api_key
from governance.domain.scopes import includes
from governance.errors import ScopeMissing
from governance.models import ApiKey, User

_NO_DIGEST = bytes(32)


def find_api_key(text: str) -> ApiKey | None:
    """The live key with this text, with its user; None if unknown, revoked, expired, replaced or its user
    inactive. What can't be a key is not looked for.

    An unknown prefix costs the same hash as a known one.
    """
    parts = parse_api_key(text)
    if parts is None:
        return None
    live = ApiKey.objects.filter(is_live(timezone.now()), user__is_active=True)
    key = live.filter(prefix=parts.prefix).select_related("user").first()
    digest = bytes(key.digest) if key else _NO_DIGEST
    is_right = is_digest_of(parts.text, hash_key=settings.STRONGROOM_API_KEY_HASH_KEY, digest=digest)
    return key if is_right else None


def authenticate_api_key(secret: str) -> User | None:
    """The user whose live key this is, or None."""
    key = find_api_key(secret)
    return key.user if key else None


def require_scope(key: ApiKey, scope: str) -> None:
    """Raise ScopeMissing unless the key has the scope, or one that includes it."""
    if not includes(key.scopes, scope):
        raise ScopeMissing(f"this key lacks the scope {scope}", scope=scope, held=key.scopes)


def find_acting_key() -> ApiKey | None:
    """The key with which somebody acts in this thread, or None."""
    key_id = current_acting().key_id
    return ApiKey.objects.get(pk=key_id) if key_id else None


def is_live(now: datetime) -> Q:
    """The condition that a key signs in at the instant, if its user may."""
    is_unexpired = Q(expires_at=None) | Q(expires_at__gt=now)
    is_unreplaced = Q(overlap_ends_at=None) | Q(overlap_ends_at__gt=now)
    return Q(revoked_at=None) & is_unexpired & is_unreplaced


def list_api_keys(*, state: str | None = None) -> QuerySet[ApiKey]:
    """Every key, or those in a state, with their users and their `state` now."""
    now = timezone.now()
    state_now = Case(
        When(revoked_at__isnull=False, then=Value(ApiKey.State.REVOKED.value)),
        When(expires_at__lte=now, then=Value(ApiKey.State.EXPIRED.value)),
        When(overlap_ends_at__lte=now, then=Value(ApiKey.State.REPLACED.value)),
        When(overlap_ends_at__gt=now, then=Value(ApiKey.State.ENDING.value)),
        default=Value(ApiKey.State.LIVE.value),
        output_field=CharField(),
    )
    rows = ApiKey.objects.select_related("user").annotate(state=state_now)
    return rows if state is None else rows.filter(state=state)
