"""Posting and reversing journals: the only way anything moves in the ledger."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import repeat

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DataError, connection, connections
from django.db.backends.utils import CursorWrapper
from psycopg.errors import NumericValueOutOfRange

from errors import refusals_of_constraints
from ledger.domain.canonical import JournalContent, fingerprint_of
from ledger.domain.journals import PendingTransfer, check_request, content_of, list_resolved
from ledger.domain.requests import JournalRequest, PostedJournal
from ledger.errors import AmountOutOfRange, IdempotencyConflict, NoTransaction, OpenTransaction
from ledger.selectors.pending import get_pending_transfers
from ledger.services.columns import POST_JOURNALS, columns_of
from ledger.services.cursors import posting_cursor
from ledger.services.single import is_single, post_single
from tenancy import for_the_reserve


def post_journals(*, journals: Sequence[JournalRequest]) -> list[PostedJournal]:
    """Post a batch of journals, all or none, in a constant number of round trips; answers in their order.

    Part of the caller's transaction. Call it once per transaction, after everything else that locks:
    that keeps transactions from waiting for one another in a circle. A guarded account must hold enough
    after the whole batch; the order of journals within the batch means nothing. A key that was posted
    before with the same content is answered as a replay and posts nothing. After a refusal the
    transaction can only be rolled back (to a savepoint, if the caller wants to go on).

    Raises NoTransaction, EmptyJournal, TooManyTransfers, MalformedJournal, AmountOutOfRange, SameAccount,
    EffectiveTooFarAhead, PeriodClosed, UnknownAccount, AccountClosed, WrongBook, InsufficientBalance,
    LimitExceeded, MirrorBroken, PendingUnknown, PendingAlreadyResolved, PendingAmountExceeded,
    PendingExpired, IdempotencyConflict, UnknownJournal, AlreadyReversed, ReversalDiffers.
    """
    if not connection.in_atomic_block:
        raise NoTransaction("Journals are posted inside the transaction of the calling service.")
    return _post_checked(journals)


def post_journals_alone(*, journals: Sequence[JournalRequest]) -> list[PostedJournal]:
    """The same as a transaction of its own, committed when it returns: one round trip does it all.

    For callers that write nothing else. Raises OpenTransaction inside a transaction, and whatever
    `post_journals` raises.
    """
    alone = connections[DEFAULT_DB_ALIAS]
    if alone.in_atomic_block or not alone.get_autocommit():
        raise OpenTransaction("A transaction is open: post inside it.")
    return _post_checked(journals)


def _post_checked(journals: Sequence[JournalRequest]) -> list[PostedJournal]:
    latest = _latest_effective_at()
    for request in journals:
        check_request(request, latest_effective_at=latest)
    resolved = list_resolved(journals)
    pendings = _pending_of_anybody(resolved) if resolved else {}
    contents = [content_of(request, pendings) for request in journals]
    fingerprints = [fingerprint_of(content) for content in contents]
    first = _first_of_each_key(contents, fingerprints)
    if len(first) == len(contents):
        return _post(contents, fingerprints)
    posted = _post([contents[place] for place in first], [fingerprints[place] for place in first])
    by_key = {journal.idempotency_key: journal for journal in posted}
    return [by_key[content.idempotency_key] for content in contents]


def _pending_of_anybody(resolved: Sequence[int]) -> dict[int, PendingTransfer]:
    """A journal may resolve what others have reserved; the functions that post see all as well."""
    with for_the_reserve():
        return get_pending_transfers(transfer_ids=resolved)


def _latest_effective_at() -> datetime:
    return datetime.now(UTC) + timedelta(days=settings.LEDGER_EFFECTIVE_AHEAD_DAYS)


def _first_of_each_key(contents: Sequence[JournalContent], fingerprints: Sequence[bytes]) -> list[int]:
    """Places of the journals to send: the same key may come twice in one batch, with the same content."""
    first: dict[str, int] = {}
    for place, content in enumerate(contents):
        earlier = first.setdefault(content.idempotency_key, place)
        if fingerprints[earlier] != fingerprints[place]:
            raise IdempotencyConflict(
                "One idempotency key was sent with two contents.", idempotency_key=content.idempotency_key
            )
    return list(first.values())


def _post(contents: Sequence[JournalContent], fingerprints: Sequence[bytes]) -> list[PostedJournal]:
    if not contents:
        return []
    try:
        with refusals_of_constraints():
            if len(contents) == 1 and is_single(contents[0]):
                return [post_single(contents[0], fingerprints[0])]
            with posting_cursor() as cursor:
                return _post_batch(cursor, contents, fingerprints)
    except DataError as error:
        # A kept balance is a 64-bit integer; PostgreSQL says so without a constraint's name.
        if isinstance(error.__cause__, NumericValueOutOfRange):
            raise AmountOutOfRange("A balance would be larger than the ledger can hold.") from error
        raise


def _post_batch(
    cursor: CursorWrapper, contents: Sequence[JournalContent], fingerprints: Sequence[bytes]
) -> list[PostedJournal]:
    cursor.execute(POST_JOURNALS, columns_of(contents, fingerprints))
    journal_ids, recorded_at, replays_recorded_at = cursor.fetchone()
    return [
        PostedJournal(
            journal_id,
            content.idempotency_key,
            replayed or recorded_at,
            len(content.transfers),
            replayed is not None,
        )
        for content, journal_id, replayed in zip(
            contents, journal_ids, replays_recorded_at or repeat(None, len(contents)), strict=True
        )
    ]
