"""The policy in force."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from governance.domain.policy import Policy
from governance.domain.policy_values import complete_policy_values
from governance.errors import NoPolicyInForce
from governance.models import PolicyVersion
from ledger.domain.days import start_of_day


def get_policy(*, at: datetime | date | None = None) -> Policy:
    """The policy in force at an instant, at the first instant of a day, or now.

    Raises NoPolicyInForce for a time before the first version.
    """
    instant = _instant(at)
    version = (
        PolicyVersion.objects.filter(effective_from__lte=instant)
        .order_by("-effective_from", "-number")
        .first()
    )
    if version is None:
        raise NoPolicyInForce(f"no policy was in force on {instant:%Y-%m-%d}")
    return policy_of_version(version)


def policy_of_version(version: PolicyVersion) -> Policy:
    """The typed values of one stored version."""
    values: dict[str, Any] = complete_policy_values(version.values)
    return Policy(
        version_id=version.id,
        version_number=version.number,
        effective_from=version.effective_from,
        **values,
    )


def list_policy_versions() -> QuerySet[PolicyVersion]:
    """Every version, latest first."""
    return PolicyVersion.objects.order_by("-number")


def _instant(at: datetime | date | None) -> datetime:
    if at is None:
        return timezone.now()
    if isinstance(at, datetime):
        return at
    return start_of_day(at, ZoneInfo(settings.TIME_ZONE))
