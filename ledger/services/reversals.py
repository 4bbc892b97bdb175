"""Reversal: a posted journal is never changed, another one undoes it and names it."""

from collections.abc import Sequence
from datetime import datetime

from ledger.domain.requests import JournalRequest, PostedJournal, Resolution, TransferRequest
from ledger.errors import AlreadyReversed, NothingToReverse, UnknownJournal
from ledger.models import Journal, Transfer
from ledger.selectors.transfers import transfers_of
from ledger.services.journals import post_journals

REVERSAL_KIND = "ledger.reversal"


def reverse_journal(
    *, journal_id: int, idempotency_key: str, effective_at: datetime, reason: str
) -> PostedJournal:
    """Post a journal that undoes another and names it: what moved moves back, open pendings are voided.

    Raises UnknownJournal, AlreadyReversed, NothingToReverse and whatever `post_journals` raises.
    """
    if not Journal.objects.filter(id=journal_id).exists():
        raise UnknownJournal("There is no journal of this number.", journal_id=journal_id)
    if Journal.objects.filter(reverses_id=journal_id).exclude(idempotency_key=idempotency_key).exists():
        raise AlreadyReversed("The journal has been reversed before.", journal_id=journal_id)
    transfers = _undoing_transfers(journal_id, idempotency_key)
    if not transfers:
        raise NothingToReverse("The journal moved and reserves nothing.", journal_id=journal_id)
    request = JournalRequest(
        kind=REVERSAL_KIND,
        idempotency_key=idempotency_key,
        effective_at=effective_at,
        transfers=transfers,
        metadata={"reason": reason},
        reverses=journal_id,
    )
    return post_journals(journals=[request])[0]


def _undoing_transfers(journal_id: int, idempotency_key: str) -> Sequence[TransferRequest | Resolution]:
    """What undoes the journal, the same when asked again after the reversal under this key was posted."""
    rows = transfers_of(journal_ids=[journal_id])
    resolved_otherwise = set(
        Transfer.objects.filter(resolves__in=rows.order_by())
        .exclude(journal__idempotency_key=idempotency_key)
        .values_list("resolves_id", flat=True)
    )
    undoing: list[TransferRequest | Resolution] = []
    for row in rows.select_related("source", "target"):
        if row.phase in (Transfer.Phase.POSTED, Transfer.Phase.POST):
            undoing.append(TransferRequest(row.target.path, row.source.path, row.amount))
        elif row.phase == Transfer.Phase.PENDING and row.id not in resolved_otherwise:
            undoing.append(Resolution(row.id, "void"))
    return undoing
