"""Finding the key and the user behind a presented secret."""

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from governance.domain.api_keys import is_digest_of, parse_api_key
from governance.models import ApiKey, User

_NO_DIGEST = bytes(32)


def find_api_key(text: str) -> ApiKey | None:
    """The live key with this text, with its user; None if unknown, revoked, expired or its user inactive.

    An unknown prefix costs the same hash as a known one.
    """
    parts = parse_api_key(text)
    if parts is None:
        return None
    now = timezone.now()
    live = Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now)) & Q(user__is_active=True)
    key = ApiKey.objects.filter(live, prefix=parts.prefix).select_related("user").first()
    digest = bytes(key.digest) if key else _NO_DIGEST
    is_right = is_digest_of(text, hash_key=settings.STRONGROOM_API_KEY_HASH_KEY, digest=digest)
    return key if is_right else None


def authenticate_api_key(secret: str) -> User | None:
    """The user whose live key this is, or None."""
    key = find_api_key(secret)
    return key.user if key else None
