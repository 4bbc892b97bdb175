"""Pending transfers: what they reserve and whether they are still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from ledger.domain.journals import PendingTransfer
from ledger.models import Transfer


@dataclass(frozen=True, slots=True)
class OpenPending:
    """A pending transfer that nothing has resolved yet. `amount` in the book's unit."""

    transfer_id: int
    journal_id: int
    kind: str
    source: str
    target: str
    amount: int
    effective_at: datetime
    expires_at: datetime | None


def get_pending_transfers(*, transfer_ids: Sequence[int]) -> dict[int, PendingTransfer]:
    """What the named pending transfers reserve, resolved or not; other numbers are left out."""
    if not transfer_ids:
        return {}
    rows = Transfer.objects.filter(id__in=set(transfer_ids), phase=Transfer.Phase.PENDING).values_list(
        "id", "source__path", "target__path", "amount"
    )
    return {number: PendingTransfer(source, target, amount) for number, source, target, amount in rows}


def open_pending_transfers() -> QuerySet[Transfer]:
    """Pending transfers without a resolution, as a query to narrow further."""
    resolutions = Transfer.objects.filter(resolves=OuterRef("pk"))
    return Transfer.objects.filter(~Exists(resolutions), phase=Transfer.Phase.PENDING)


def list_pending(
    *, prefix: str = "", expired_at: datetime | None = None, limit: int | None = None
) -> list[OpenPending]:
    """Open pending transfers with an account under `prefix` on either side, in order of their numbers.

    With `expired_at` only those whose time has run out at that instant; with `limit` the first so many.
    """
    found = open_pending_transfers()
    if prefix:
        found = found.filter(source__path__startswith=prefix) | found.filter(target__path__startswith=prefix)
    if expired_at is not None:
        found = found.filter(expires_at__lte=expired_at)
    rows = found.order_by("id").values_list(
        "id",
        "journal_id",
        "journal__kind",
        "source__path",
        "target__path",
        "amount",
        "effective_at",
        "expires_at",
    )
    return [OpenPending(*row) for row in rows[:limit]]
