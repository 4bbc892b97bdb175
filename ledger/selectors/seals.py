"""Seals and what verification said: how far the proof of the ledger reaches, and whether it holds."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, QuerySet, Sum

from ledger.models import Journal, Seal, Verification

KEPT_HASHES = ("journal_ids", "leaf_hashes")


@dataclass(frozen=True, slots=True)
class SealedPart:
    """How much of the ledger is sealed."""

    seal_number: int
    last_journal: int
    sealed_at: datetime | None
    unsealed_journals: int


@dataclass(frozen=True, slots=True)
class VerificationState:
    """Whether the ledger is known to be right.

    `verified_journal` is up to where the last clean verification looked. The alarm began with the first
    verification that found something and stays until a full one finds nothing.
    """

    is_alarmed: bool
    last: Verification | None
    last_clean: Verification | None
    alarmed_by: Verification | None

    @property
    def verified_journal(self) -> int:
        """The last journal known to be right."""
        return self.last_clean.verified_journal if self.last_clean else 0


def list_seals() -> QuerySet[Seal]:
    """Every seal, latest first, without what it keeps of its journals."""
    return Seal.objects.defer(*KEPT_HASHES).order_by("-number")


def get_sealed_part() -> SealedPart:
    """The last seal, and how many journals came after it."""
    last = list_seals().first()
    end = last.last_journal if last else 0
    return SealedPart(
        seal_number=last.number if last else 0,
        last_journal=end,
        sealed_at=last.sealed_at if last else None,
        unsealed_journals=Journal.objects.filter(id__gt=end).count(),
    )


def count_sealed_journals(*, seal_number: int) -> int:
    """How many journals are in the seals up to this one."""
    total = Seal.objects.filter(number__lte=seal_number).aggregate(total=Sum("journal_count"))["total"]
    return int(total or 0)


def get_verification_state() -> VerificationState:
    """What the verifications so far say together."""
    runs = Verification.objects.order_by("id")
    full_clean = runs.filter(kind=Verification.Kind.FULL, finding_count=0).aggregate(id=Max("id"))["id"] or 0
    alarmed_by = runs.filter(id__gt=full_clean, finding_count__gt=0).first()
    clean = runs.filter(finding_count=0)
    if alarmed_by is not None:
        clean = clean.filter(id__lt=alarmed_by.id)
    return VerificationState(
        is_alarmed=alarmed_by is not None,
        last=runs.last(),
        last_clean=clean.last(),
        alarmed_by=alarmed_by,
    )


def list_verifications() -> QuerySet[Verification]:
    """Every verification, latest first."""
    return Verification.objects.order_by("-id")
