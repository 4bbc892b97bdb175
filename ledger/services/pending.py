"""Expiry: pending transfers whose time has run out give back what they reserve."""

from datetime import datetime

from ledger.domain.requests import JournalRequest, Resolution
from ledger.selectors.pending import list_pending
from ledger.services.journals import post_journals

EXPIRY_KIND = "ledger.expiry"


def void_expired(*, now: datetime, limit: int = 1000) -> int:
    """Void pending transfers that expired at or before `now`, at most `limit`; answers how many.

    One journal each, effective at the moment of expiry. Call it again until it answers zero.
    """
    expired = list_pending(expired_at=now, limit=limit)
    journals = [
        JournalRequest(
            kind=EXPIRY_KIND,
            idempotency_key=f"ledger.expiry:{pending.transfer_id}",
            effective_at=pending.expires_at or now,
            transfers=[Resolution(pending.transfer_id, "void")],
        )
        for pending in expired
    ]
    return len(post_journals(journals=journals))
