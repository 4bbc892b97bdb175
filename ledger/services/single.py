"""One journal of one transfer, the most frequent case: the database function `ledger_post_transfer`."""

from ledger.domain.canonical import VERSION, JournalContent
from ledger.services.columns import metadata_text

POST_TRANSFER = """
select journal_id, recorded_at, is_replay from ledger_post_transfer(
    %s, %s, %s::bigint, %s, %s::timestamptz, %s, %s, %s::timestamptz, %s::date, %s, %s, %s::jsonb,
    %s::smallint, %s::bytea
)
"""


def is_single(content: JournalContent) -> bool:
    """Whether the journal is one transfer that moves or reserves, and undoes nothing."""
    return len(content.transfers) == 1 and content.transfers[0].resolves is None and content.reverses is None


def arguments_of(content: JournalContent, fingerprint: bytes) -> tuple[str | int | bytes | None, ...]:
    """The arguments of `POST_TRANSFER`, in its order. Texts, whose types don't vary with the values: a
    prepared statement serves them all."""
    (transfer,) = content.transfers
    return (
        transfer.source,
        transfer.target,
        str(transfer.amount),
        transfer.phase,
        None if transfer.expires_at is None else transfer.expires_at.isoformat(),
        content.idempotency_key,
        content.kind,
        content.effective_at.isoformat(),
        None if content.adjusts_month is None else content.adjusts_month.isoformat(),
        content.reference_type,
        content.reference_id,
        metadata_text(content),
        VERSION,
        fingerprint,
    )
