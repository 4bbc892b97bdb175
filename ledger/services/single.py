"""One journal of one transfer, the most frequent case: the database function `ledger_post_transfer`."""

from ledger.domain.canonical import VERSION, JournalContent
from ledger.services.columns import metadata_text

_POST_TRANSFER = """
select journal_id, recorded_at, is_replay from ledger_post_transfer(
    %s, %s, %s::bigint, %s, %s::timestamptz, %s, %s, %s::timestamptz, %s::date, %s, %s, %s::jsonb,
    %s::smallint, %s::bytea
)
"""

# The same for a journal that moves and of which nothing else is said: half the arguments to send and read.
_POST_PLAIN_TRANSFER = f"""
select journal_id, recorded_at, is_replay from ledger_post_transfer(
    %s, %s, %s::bigint, 'posted', null, %s, %s, %s::timestamptz, null, '', '', '{{}}',
    {VERSION}::smallint, %s::bytea
)
"""  # noqa: S608 - constant text

Argument = str | int | bytes | None


def is_single(content: JournalContent) -> bool:
    """Whether the journal is one transfer that moves or reserves, and undoes nothing."""
    return len(content.transfers) == 1 and content.transfers[0].resolves is None and content.reverses is None


def statement_of(content: JournalContent, fingerprint: bytes) -> tuple[str, tuple[Argument, ...]]:
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
        VERSION,
        fingerprint,
    )
