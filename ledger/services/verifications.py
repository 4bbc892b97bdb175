"""Verifying in production: run the checks, keep what they found, and raise the alarm."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from jobs.services import record_outbox_event
from ledger.models import Verification
from ledger.selectors.seals import get_sealed_part, get_verification_state
from ledger.verification import CheckResult, run_checks
from ledger.verification.lanes import Progress
from ledger.verification.registry import JournalRange

ALARM_TOPIC = "ledger.alarm"
KEPT_FINDINGS = 100

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
    started_at, sealed = timezone.now(), get_sealed_part()
    results = run_checks(on_progress=on_progress)
    return Examination(Verification.Kind.FULL, started_at, sealed.last_journal, results)


def run_new_verification(*, on_progress: Progress = _silently) -> Examination:
    """Look at what was sealed since the last clean verification, and at what is quick."""
    started_at, sealed = timezone.now(), get_sealed_part()
    since = get_verification_state().verified_journal
    results = run_checks(journals=JournalRange(since + 1, sealed.last_journal), on_progress=on_progress)
    return Examination(Verification.Kind.NEW, started_at, sealed.last_journal, results)


def record_verification(*, examination: Examination) -> Verification:
    """Keep what was found. The first finding since the last clean full verification raises the alarm."""
    findings = [
        {"check": result.name, "row": finding.row, "message": finding.message}
        for result in examination.results
        for finding in result.findings
    ]
    with transaction.atomic():
        was_alarmed = get_verification_state().is_alarmed
        verification = Verification.objects.create(
            kind=examination.kind,
            started_at=examination.started_at,
            finished_at=timezone.now(),
            verified_journal=examination.verified_journal,
            finding_count=len(findings),
            findings=findings[:KEPT_FINDINGS],
        )
        if findings:
            logger.error(
                "the ledger is not what it should be: %s findings, first %s", len(findings), findings[0]
            )
        if findings and not was_alarmed:
            record_outbox_event(
                topic=ALARM_TOPIC,
                dedupe_key=f"{ALARM_TOPIC}:{verification.id}",
                payload={"verification": verification.id, "count": len(findings), "first": findings[0]},
            )
    return verification
