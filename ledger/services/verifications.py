"""Verifying in production: run the checks, keep what they found, raise, end and acknowledge alarms.

One lock orders all who record or acknowledge, so that no two alarms stand at once.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from jobs.selectors import get_database_time
from jobs.services import record_outbox_event
from ledger.errors import AcknowledgementWithoutReason, AlarmEnded, AlarmNotFound
from ledger.models import Alarm, AlarmEnd, Verification
from ledger.selectors.seals import get_last_sealed_journal_id
from ledger.selectors.verifications import get_verification_state, known_findings
from ledger.verification import CheckResult, run_checks
from ledger.verification.lanes import Progress
from ledger.verification.registry import JournalRange

ALARM_TOPIC = "ledger.alarm"
KEPT_FINDINGS = 100
LONGEST_REASON = 1000
# The number of the advisory lock of whoever records or acknowledges.
RECORD_LOCK = 7_310_589_221_907_145

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Examination:
    """What a verification looked at and what it found, before it is recorded."""

    kind: Verification.Kind
    started_at: datetime
    verified_journal: int
    results: Sequence[CheckResult]


def _silently(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


def run_full_verification(*, on_progress: Progress = _silently) -> Examination:
    """Look at everything. Records nothing: `record_verification` does."""
    started_at, sealed = get_database_time(), get_last_sealed_journal_id()
    results = run_checks(on_progress=on_progress)
    return Examination(Verification.Kind.FULL, started_at, sealed, results)


def run_new_verification(*, on_progress: Progress = _silently) -> Examination:
    """Look at what was sealed since the last verification without an unknown finding, and at what is quick.

    While an alarm stands, at everything that was sealed since before it.
    """
    started_at, sealed = get_database_time(), get_last_sealed_journal_id()
    since = get_verification_state().verified_journal
    results = run_checks(journals=JournalRange(since + 1, sealed), on_progress=on_progress)
    return Examination(Verification.Kind.NEW, started_at, max(since, sealed), results)


def record_verification(*, examination: Examination) -> Verification:
    """Keep what was found.

    A finding that nobody has acknowledged raises the alarm, unless one stands. A full verification without
    one ends the alarm that stood before it began.
    """
    findings = [
        {"check": result.name, "row": finding.row, "message": finding.message}
        for result in examination.results
        for finding in result.findings
    ]
    with transaction.atomic():
        _take_turn()
        known = known_findings() if findings else set()
        unknown = [item for item in findings if (item["check"], item["row"], item["message"]) not in known]
        verification = Verification.objects.create(
            kind=examination.kind,
            started_at=examination.started_at,
            finished_at=get_database_time(),
            verified_journal=examination.verified_journal,
            finding_count=len(findings),
            unknown_count=len(unknown),
            findings=findings[:KEPT_FINDINGS],
        )
        alarm = get_verification_state().alarm
        if unknown and alarm is None:
            _raise_alarm(verification, unknown)
        elif alarm is not None and _ends(alarm, verification):
            AlarmEnd.objects.create(alarm=alarm, verification=verification, ended_at=verification.finished_at)
    return verification


def acknowledge_alarm(*, alarm_id: int, acknowledged_by: UUID, reason: str) -> AlarmEnd:
    """End the alarm by saying why it need not stand: what was found until now raises no alarm again.

    `acknowledged_by` is the user's identifier; that it is an administrator is for the door to see to.
    Raises AlarmNotFound, AlarmEnded, AcknowledgementWithoutReason.
    """
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise AcknowledgementWithoutReason("Say why, in 1 to 1,000 characters.", field="reason")
    with transaction.atomic():
        _take_turn()
        alarm = Alarm.objects.filter(id=alarm_id).first()
        if alarm is None:
            raise AlarmNotFound("There is no alarm of this number.", field="alarm")
        if AlarmEnd.objects.filter(alarm=alarm).exists():
            raise AlarmEnded("The alarm stands no more.", field="alarm")
        return AlarmEnd.objects.create(
            alarm=alarm,
            verification=Verification.objects.latest("id"),
            ended_at=get_database_time(),
            acknowledged_by=acknowledged_by,
            reason=reason,
        )


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [RECORD_LOCK])


def _ends(alarm: Alarm, verification: Verification) -> bool:
    """Whether a verification shows that what raised the alarm is gone: one that began after it was raised."""
    return (
        verification.kind == Verification.Kind.FULL
        and verification.is_clean
        and verification.started_at > alarm.raised_at
    )


def _raise_alarm(verification: Verification, unknown: Sequence[dict[str, str]]) -> None:
    logger.error("the ledger is not what it should be: %s findings, first %s", len(unknown), unknown[0])
    Alarm.objects.create(raised_by=verification, raised_at=verification.finished_at)
    record_outbox_event(
        topic=ALARM_TOPIC,
        dedupe_key=f"{ALARM_TOPIC}:{verification.id}",
        payload={"verification": verification.id, "count": len(unknown), "first": unknown[0]},
    )
