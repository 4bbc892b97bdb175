"""Seals: how far they reach, and the digest of their chain."""

import struct
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from ledger.domain.merkle import fold_tree
from ledger.domain.seals import Digest, SealHeader
from ledger.errors import SealNotFound
from ledger.models import Journal, Seal

HASH_BYTES = 32
NUMBER_BYTES = 8
KEPT_HASHES = ("journal_ids", "leaf_hashes")


@dataclass(frozen=True, slots=True)
class SealedPart:
    """How much of the ledger is sealed, and since when the oldest journal that isn't waits."""

    seal_number: int
    last_journal: int
    sealed_at: datetime | None
    unsealed_journals: int
    unsealed_since: datetime | None


def list_seals() -> QuerySet[Seal]:
    """Every seal, latest first, without what it keeps of its journals."""
    return Seal.objects.defer(*KEPT_HASHES).order_by("-number")


def get_last_sealed_journal_id() -> int:
    """Number of the last journal that is sealed; zero before the first seal."""
    last = list_seals().first()
    return last.last_journal if last else 0


def get_sealed_part() -> SealedPart:
    """The last seal, and how many journals came after it."""
    last = list_seals().first()
    end = last.last_journal if last else 0
    after = Journal.objects.filter(id__gt=end).aggregate(count=Count("id"), since=Min("recorded_at"))
    return SealedPart(
        seal_number=last.number if last else 0,
        last_journal=end,
        sealed_at=last.sealed_at if last else None,
        unsealed_journals=after["count"],
        unsealed_since=after["since"],
    )


def seal_hashes(*, through: int) -> list[bytes]:
    """The hashes of the seals up to number `through`, in order."""
    hashes = Seal.objects.filter(number__lte=through).order_by("number").values_list("hash", flat=True)
    return [bytes(value) for value in hashes]


def get_digest(*, made_at: datetime, through: int | None = None) -> Digest:
    """The whole chain up to seal `through` (else the last one) in 32 bytes, as what is kept says it.

    Raises SealNotFound if there is no such seal.
    """
    seals = list_seals() if through is None else list_seals().filter(number=through)
    last = seals.first()
    if last is None:
        raise SealNotFound("There is no such seal.", field="seal", seal=through or 0)
    counts = Seal.objects.filter(number__lte=last.number).values_list("journal_count", flat=True)
    return Digest(
        seal_number=last.number,
        last_journal=last.last_journal,
        journal_count=sum(counts),
        head_hash=bytes(last.hash),
        seals_root=fold_tree(seal_hashes(through=last.number)).root,
        made_at=made_at,
    )


def header_of(seal: Seal) -> SealHeader:
    """What the hash of a seal is made of."""
    return SealHeader(
        number=seal.number,
        first_journal=seal.first_journal,
        last_journal=seal.last_journal,
        journal_count=seal.journal_count,
        root=bytes(seal.root),
        previous_hash=bytes(seal.previous_hash),
        sealed_at=seal.sealed_at,
    )


def kept_leaves(seal: Seal) -> dict[int, bytes]:
    """What a seal keeps of its journals: hash of the leaf by number, in order; empty if it can't be read."""
    numbers, leaves = bytes(seal.journal_ids), bytes(seal.leaf_hashes)
    count = len(numbers) // NUMBER_BYTES
    if (len(numbers), len(leaves)) != (count * NUMBER_BYTES, count * HASH_BYTES):
        return {}
    return {
        number: leaves[place * HASH_BYTES : (place + 1) * HASH_BYTES]
        for place, (number,) in enumerate(struct.iter_unpack(">q", numbers))
    }
