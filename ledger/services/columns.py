"""A batch of journals as columns: the arguments of the database function `ledger_post_journals`."""

import json
from collections.abc import Sequence

from ledger.domain.canonical import VERSION, JournalContent
from ledger.services.arrays import (
    days_or_null,
    hashes,
    integers,
    moments,
    moments_or_null,
    numbers_or_null,
    texts,
    texts_or_null,
)

POST_JOURNALS = """
select journal_ids, recorded_at, replays_recorded_at from ledger_post_journals(
    %s::text[],
    %s::text[], %s::text[], %s::timestamptz[], %s::date[], %s::text[], %s::text[], %s::jsonb[],
    %s::bigint[], %s::smallint, %s::bytea[],
    %s::integer[], %s::integer[], %s::integer[], %s::integer[], %s::bigint[], %s::text[], %s::bigint[],
    %s::timestamptz[]
)
"""


def columns_of(contents: Sequence[JournalContent], fingerprints: Sequence[bytes]) -> list[str | int | None]:
    """The arguments of `POST_JOURNALS`, in its order. Places in other columns count from one."""
    transfers = [transfer for content in contents for transfer in content.transfers]
    paths = sorted({transfer.source for transfer in transfers} | {transfer.target for transfer in transfers})
    places = {path: place for place, path in enumerate(paths, start=1)}
    return [texts(paths), *_journal_columns(contents, fingerprints), *_transfer_columns(contents, places)]


def metadata_text(content: JournalContent) -> str:
    """The metadata as JSON."""
    return json.dumps(dict(content.metadata)) if content.metadata else "{}"


def _journal_columns(
    contents: Sequence[JournalContent], fingerprints: Sequence[bytes]
) -> list[str | int | None]:
    return [
        texts([content.idempotency_key for content in contents]),
        texts([content.kind for content in contents]),
        moments([content.effective_at for content in contents]),
        days_or_null([content.adjusts_month for content in contents]),
        texts_or_null([content.reference_type for content in contents]),
        texts_or_null([content.reference_id for content in contents]),
        texts_or_null([metadata_text(content) for content in contents], nothing="{}"),
        numbers_or_null([content.reverses for content in contents]),
        VERSION,
        hashes(fingerprints),
    ]


def _transfer_columns(contents: Sequence[JournalContent], places: dict[str, int]) -> list[str | int | None]:
    journals = [journal for journal, content in enumerate(contents, start=1) for _ in content.transfers]
    ordinals = [ordinal for content in contents for ordinal, _ in enumerate(content.transfers, start=1)]
    transfers = [transfer for content in contents for transfer in content.transfers]
    return [
        integers(journals),
        integers(ordinals),
        integers([places[transfer.source] for transfer in transfers]),
        integers([places[transfer.target] for transfer in transfers]),
        integers([transfer.amount for transfer in transfers]),
        texts([transfer.phase for transfer in transfers]),
        numbers_or_null([transfer.resolves for transfer in transfers]),
        moments_or_null([transfer.expires_at for transfer in transfers]),
    ]
