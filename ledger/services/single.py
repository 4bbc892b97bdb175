"""One journal of one transfer, the most frequent case: the database function `ledger_post_transfer`."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ledger.domain.canonical import VERSION, JournalContent
from ledger.domain.requests import PostedJournal
from ledger.services.columns import metadata_text
from ledger.services.cursors import posting_cursor
from ledger.services.straight import Argument, StraightStatement, straight_connection

_FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""From which PostgreSQL counts the microseconds of a time."""


class _Statement(NamedTuple):
    text: str
    straight: StraightStatement


def _statement(name: str, arguments: str) -> _Statement:
    text = f"select journal_id, recorded_at, is_replay from ledger_post_transfer({arguments})"  # noqa: S608
    return _Statement(text, StraightStatement(name, text))


_POST_TRANSFER = _statement(
    "ledger_post_transfer",
    "%s, %s, %s::bigint, %s, %s::timestamptz, %s, %s, %s::timestamptz, %s::date, %s, %s, %s::jsonb,"
    f" {VERSION}::smallint, %s::bytea",
)

# The same for a journal that moves and of which nothing else is said: half the arguments to send and read.
_POST_PLAIN_TRANSFER = _statement(
    "ledger_post_plain_transfer",
    "%s, %s, %s::bigint, 'posted', null, %s, %s, %s::timestamptz, null, '', '', '{}',"
    f" {VERSION}::smallint, %s::bytea",
)


def is_single(content: JournalContent) -> bool:
    """Whether the journal is one transfer that moves or reserves, and undoes nothing."""
    return len(content.transfers) == 1 and content.transfers[0].resolves is None and content.reverses is None


def post_single(content: JournalContent, fingerprint: bytes) -> PostedJournal:
    """Post it. Raises Django's errors."""
    statement, arguments = _statement_of(content, fingerprint)
    connection = straight_connection()
    if connection is None:
        with posting_cursor() as cursor:
            cursor.execute(statement.text, arguments)
            journal_id, recorded_at, is_replay = cursor.fetchone()
    else:
        journal_id, recorded_at, is_replay = _row(*statement.straight.run(connection, arguments))
    return PostedJournal(journal_id, content.idempotency_key, recorded_at, 1, is_replay)


def _row(journal_id: bytes, recorded_at: bytes, is_replay: bytes) -> tuple[int, datetime, bool]:
    microseconds = int.from_bytes(recorded_at, "big", signed=True)
    return (
        int.from_bytes(journal_id, "big", signed=True),
        _FIRST_MOMENT + timedelta(microseconds=microseconds),
        is_replay == b"\x01",
    )


def _statement_of(content: JournalContent, fingerprint: bytes) -> tuple[_Statement, tuple[Argument, ...]]:
    """The statement that posts it, and its arguments in order. Texts, whose types don't vary with the
    values: a prepared statement serves them all."""
    (transfer,) = content.transfers
    amount, effective_at = str(transfer.amount), content.effective_at.isoformat()
    key, kind = content.idempotency_key, content.kind
    if (
        transfer.phase == "posted"
        and content.adjusts_month is None
        and not (content.reference_id or content.reference_type or content.metadata)
    ):
        return _POST_PLAIN_TRANSFER, (
            transfer.source, transfer.target, amount, key, kind, effective_at, fingerprint,
        )  # fmt: skip
    return _POST_TRANSFER, (
        transfer.source,
        transfer.target,
        amount,
        transfer.phase,
        None if transfer.expires_at is None else transfer.expires_at.isoformat(),
        key,
        kind,
        effective_at,
        None if content.adjusts_month is None else content.adjusts_month.isoformat(),
        content.reference_type,
        content.reference_id,
        metadata_text(content),
        fingerprint,
    )
