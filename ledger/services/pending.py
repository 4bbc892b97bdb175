"""Expiry: pending transfers whose time has run out give back what they reserve."""

from datetime import UTC, datetime

from ledger.domain.requests import JournalRequest, Resolution
from ledger.selectors.pending import list_pending
from ledger.selectors.periods import get_open_from
from ledger.services.journals import post_journals

EXPIRY_KIND = "ledger.expiry"
EARLIEST = datetime.min.replace(tzinfo=UTC)


def void_expired(*, now: datetime, limit: int = 1000) -> int:
    """Void pending transfers that expired at or before `now`, at most `limit`; answers how many.

    One journal each, effective at the moment of expiry, or where that is closed at the first moment that
    is open. Call it again until it answers zero.
    """
    open_from = get_open_from()
    expired = list_pending(expired_at=now, limit=limit)
    journals = [
        JournalRequest(
            kind=EXPIRY_KIND,
            idempotency_key=f"ledger.expiry:{pending.transfer_id}",
            effective_at=max(pending.expires_at or now, open_from or EARLIEST),
            transfers=[Resolution(pending.transfer_id, "void")],
        )
        for pending in expired
    ]
    return len(post_journals(journals=journals))
