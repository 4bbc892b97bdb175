"""Making, revoking and watching API keys."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from governance.domain.api_keys import digest_api_key, format_api_key
from governance.errors import ExpiryInThePast, SystemUserActs
from governance.models import ApiKey, User
from governance.selectors.users import SYSTEM_USERNAME

_USE_IS_WRITTEN_EVERY = timedelta(minutes=1)


@transaction.atomic
def create_api_key(*, user: User, name: str, expires_at: datetime | None = None) -> tuple[ApiKey, str]:
    """A new key and its text, which is shown this once and can't be read again.

    Raises ExpiryInThePast, SystemUserActs.
    """
    now = timezone.now()
    if user.username == SYSTEM_USERNAME:
        raise SystemUserActs("the system user holds no keys")
    if expires_at is not None and expires_at <= now:
        raise ExpiryInThePast("the key would have expired already", field="expires_at")
    prefix = secrets.token_hex(6)
    text = format_api_key(prefix, secrets.token_hex(32))
    digest = digest_api_key(text, hash_key=settings.STRONGROOM_API_KEY_HASH_KEY)
    key = ApiKey.objects.create(
        user=user, name=name[:100], prefix=prefix, digest=digest, created_at=now, expires_at=expires_at
    )
    return key, text


@transaction.atomic
def revoke_api_key(*, key: ApiKey) -> ApiKey:
    """Stop the key from working from now on; revoking twice keeps the first time."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
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
