"""The accounts most tests of the ledger stand on, and short words for what they post."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from ledger.services import (
    AccountSpec,
    BookSpec,
    JournalRequest,
    PostedJournal,
    Resolution,
    TransferRequest,
    open_accounts,
    open_books,
    post_journals,
)
from ledger.verification import Finding, run_checks

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)

BOOKS = (
    BookSpec("custody:antimony", "g"),
    BookSpec("title:antimony", "g"),
    BookSpec("money:USD", "cent"),
)
ACCOUNTS = (
    AccountSpec("outside/antimony", "custody:antimony"),
    AccountSpec("custody/east/antimony", "custody:antimony", True, mirror="antimony", mirror_side=1),
    AccountSpec("custody/west/antimony", "custody:antimony", True, mirror="antimony", mirror_side=1),
    AccountSpec("quarantine/east/antimony", "custody:antimony", True),
    AccountSpec("issued/antimony", "title:antimony"),
    AccountSpec("unattributed/antimony", "title:antimony", True, mirror="antimony", mirror_side=-1),
    AccountSpec("position/example/antimony", "title:antimony", True, mirror="antimony", mirror_side=-1),
    AccountSpec("cash/main", "money:USD", True),
    AccountSpec("credit/example", "money:USD", True, limit=1_000),
    AccountSpec("loan/example", "money:USD"),
    AccountSpec("income/storage", "money:USD"),
)


def open_standing_accounts() -> None:
    """Open the books and accounts; nothing is in them yet."""
    open_books(books=BOOKS)
    open_accounts(accounts=ACCOUNTS)


def journal(
    *transfers: TransferRequest | Resolution, key: str | None = None, **fields: Any
) -> JournalRequest:
    """A journal of these transfers, with a key of its own unless one is given."""
    fields = {"kind": "test", "effective_at": NOON, **fields}
    return JournalRequest(idempotency_key=key or uuid.uuid4().hex, transfers=transfers, **fields)


def move(source: str, target: str, amount: int) -> TransferRequest:
    """A transfer that moves at once."""
    return TransferRequest(source, target, amount)


def hold(source: str, target: str, amount: int, expires_at: datetime | None = None) -> TransferRequest:
    """A transfer that only reserves."""
    return TransferRequest(source, target, amount, is_pending=True, expires_at=expires_at)


def post(*transfers: TransferRequest | Resolution, **fields: Any) -> PostedJournal:
    """Post one journal of these transfers."""
    return post_all([journal(*transfers, **fields)])[0]


def post_all(journals: Sequence[JournalRequest]) -> list[PostedJournal]:
    """Post a batch."""
    return post_journals(journals=journals)


def own_findings() -> list[Finding]:
    """What the ledger's own checks find, without those of other apps."""
    own = [result for result in run_checks() if result.name.startswith("ledger ")]
    return [finding for result in own for finding in result.findings]


def fund(cents: int = 10_000) -> PostedJournal:
    """Bring money into the cash account."""
    return post(move("loan/example", "cash/main", cents))
