"""A batch of journals as columns: the arguments of the database function `ledger_post_journals`."""

import json
from collections.abc import Sequence

from ledger.domain.canonical import VERSION, JournalContent
from ledger.services.arrays import days, hashes, integers, moments, texts

POST_JOURNALS = """
select journal_ids, recorded_ats, are_replays from ledger_post_journals(
    %s::text[],
    %s::text[], %s::text[], %s::timestamptz[], %s::date[], %s::text[], %s::text[], %s::jsonb[],
    %s::bigint[], %s::smallint[], %s::bytea[],
    %s::integer[], %s::integer[], %s::integer[], %s::integer[], %s::bigint[], %s::text[], %s::bigint[],
    %s::timestamptz[]
)
"""


def columns_of(contents: Sequence[JournalContent], fingerprints: Sequence[bytes]) -> list[str]:
    """The arguments of `POST_JOURNALS`, in its order. Places in other columns count from one."""
    transfers = [transfer for content in contents for transfer in content.transfers]
    paths = sorted({transfer.source for transfer in transfers} | {transfer.target for transfer in transfers})
    places = {path: place for place, path in enumerate(paths, start=1)}
    return [texts(paths), *_journal_columns(contents, fingerprints), *_transfer_columns(contents, places)]


def _journal_columns(contents: Sequence[JournalContent], fingerprints: Sequence[bytes]) -> list[str]:
    return [
        texts(content.idempotency_key for content in contents),
        texts(content.kind for content in contents),
        moments(content.effective_at for content in contents),
        days(content.adjusts_month for content in contents),
        texts(content.reference_type for content in contents),
        texts(content.reference_id for content in contents),
        texts(json.dumps(dict(content.metadata)) if content.metadata else "{}" for content in contents),
        integers(content.reverses for content in contents),
        integers([VERSION] * len(contents)),
        hashes(fingerprints),
    ]


def _transfer_columns(contents: Sequence[JournalContent], places: dict[str, int]) -> list[str]:
    journals = [
        journal for journal, content in enumerate(contents, start=1) for _ in range(len(content.transfers))
    ]
    ordinals = [ordinal for content in contents for ordinal in range(1, len(content.transfers) + 1)]
    transfers = [transfer for content in contents for transfer in content.transfers]
    return [
        integers(journals),
        integers(ordinals),
        integers(places[transfer.source] for transfer in transfers),
        integers(places[transfer.target] for transfer in transfers),
        integers(transfer.amount for transfer in transfers),
        texts(transfer.phase for transfer in transfers),
        integers(transfer.resolves for transfer in transfers),
        moments(transfer.expires_at for transfer in transfers),
    ]
