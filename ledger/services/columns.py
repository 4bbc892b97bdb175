"""A batch of journals as columns: the arguments of the database function `ledger_post_journals`."""

import json
from collections.abc import Sequence
from typing import Any

from ledger.domain.canonical import VERSION, JournalContent

POST_JOURNALS = """
select journal_ids, recorded_ats, are_replays, transfer_ids from ledger_post_journals(
    %s::text[],
    %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[], %s::jsonb[], %s::bigint[],
    %s::smallint[], %s::bytea[],
    %s::integer[], %s::integer[], %s::integer[], %s::integer[], %s::bigint[], %s::text[], %s::bigint[],
    %s::timestamptz[]
)
"""


def columns_of(contents: Sequence[JournalContent], fingerprints: Sequence[bytes]) -> list[list[Any]]:
    """The arguments of `POST_JOURNALS`, in its order. Places in other columns count from one."""
    paths = sorted(
        {path for content in contents for row in content.transfers for path in (row.source, row.target)}
    )
    places = {path: place for place, path in enumerate(paths, start=1)}
    return [paths, *_journal_columns(contents, fingerprints), *_transfer_columns(contents, places)]


def _journal_columns(contents: Sequence[JournalContent], fingerprints: Sequence[bytes]) -> list[list[Any]]:
    return [
        [content.idempotency_key for content in contents],
        [content.kind for content in contents],
        [content.effective_at for content in contents],
        [content.reference_type for content in contents],
        [content.reference_id for content in contents],
        [json.dumps(dict(content.metadata)) if content.metadata else "{}" for content in contents],
        [content.reverses for content in contents],
        [VERSION] * len(contents),
        list(fingerprints),
    ]


def _transfer_columns(contents: Sequence[JournalContent], places: dict[str, int]) -> list[list[Any]]:
    rows = [
        (journal, ordinal, transfer)
        for journal, content in enumerate(contents, start=1)
        for ordinal, transfer in enumerate(content.transfers, start=1)
    ]
    return [
        [journal for journal, _, _ in rows],
        [ordinal for _, ordinal, _ in rows],
        [places[transfer.source] for _, _, transfer in rows],
        [places[transfer.target] for _, _, transfer in rows],
        [transfer.amount for _, _, transfer in rows],
        [transfer.phase for _, _, transfer in rows],
        [transfer.resolves for _, _, transfer in rows],
        [transfer.expires_at for _, _, transfer in rows],
    ]
