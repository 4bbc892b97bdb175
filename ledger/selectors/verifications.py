"""What verifications said: whether the ledger is known to be right, and which alarm stands."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from ledger.models import Alarm, Verification


@dataclass(frozen=True, slots=True)
class VerificationState:
    """Whether the ledger is known to be right.

    `alarm` is the one that stands. `verified_journal` is the last journal that a verification looked at
    without finding anything unknown, before what raised the alarm.
    """

    alarm: Alarm | None
    last: Verification | None
    last_full: Verification | None
    verified_journal: int

    @property
    def is_alarmed(self) -> bool:
        """Whether an alarm stands."""
        return self.alarm is not None


def get_verification_state() -> VerificationState:
    """What the verifications so far say together."""
    runs = Verification.objects.order_by("id")
    alarm = Alarm.objects.select_related("raised_by").filter(end__isnull=True).order_by("id").last()
    clean = runs.filter(unknown_count=0)
    if alarm is not None:
        clean = clean.filter(id__lt=alarm.raised_by_id)
    last_clean = clean.last()
    return VerificationState(
        alarm=alarm,
        last=runs.last(),
        last_full=runs.filter(kind=Verification.Kind.FULL).last(),
        verified_journal=last_clean.verified_journal if last_clean else 0,
    )


def list_verifications() -> QuerySet[Verification]:
    """Every verification, latest first."""
    return Verification.objects.order_by("-id")


def list_alarms() -> QuerySet[Alarm]:
    """Every alarm with what raised it and its end, latest first."""
    return Alarm.objects.select_related("raised_by", "end", "end__verification").order_by("-id")


def known_findings() -> set[tuple[str, str, str]]:
    """Check, row and message of everything that was acknowledged with an alarm.

    A verification keeps the first of its findings only, so those beyond are never known.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ACKNOWLEDGED)
        return set(cursor.fetchall())


_ACKNOWLEDGED = """
select distinct finding ->> 'check', finding ->> 'row', finding ->> 'message'
from ledger_alarmend ended
join ledger_alarm alarm on alarm.id = ended.alarm_id
join ledger_verification verification
    on verification.id between alarm.raised_by_id and ended.verification_id
cross join lateral jsonb_array_elements(verification.findings) as finding
where ended.acknowledged_by is not null
"""
