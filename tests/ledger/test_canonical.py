"""The canonical bytes of a journal: test vectors of version 1, and no two contents that share them."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.canonical import JournalContent, TransferContent, canonical_bytes, fingerprint_of

VECTORS = json.loads((Path(__file__).parent / "canonical_vectors.json").read_text())


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _content(vector: dict[str, Any]) -> JournalContent:
    fields = dict(vector["content"])
    transfers = tuple(
        TransferContent(**{**transfer, "expires_at": _time(transfer.get("expires_at"))})
        for transfer in fields.pop("transfers")
    )
    effective_at = datetime.fromisoformat(fields.pop("effective_at"))
    month = fields.pop("adjusts_month")
    adjusts_month = None if month is None else date.fromisoformat(month)
    return JournalContent(
        **fields, effective_at=effective_at, adjusts_month=adjusts_month, transfers=transfers
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_vectors_hold(vector: dict[str, Any]) -> None:
    content = _content(vector)
    assert canonical_bytes(content).hex() == vector["bytes"]
    assert fingerprint_of(content).hex() == vector["sha256"]


def test_an_instant_is_the_same_in_every_zone() -> None:
    content = _content(VECTORS[0])
    elsewhere = content.effective_at.astimezone(timezone(timedelta(hours=-5)))
    assert canonical_bytes(content._replace(effective_at=elsewhere)) == canonical_bytes(content)


def test_metadata_are_the_same_in_every_order() -> None:
    content = _content(VECTORS[0])
    one = content._replace(metadata={"a": "1", "b": "2"})
    other = content._replace(metadata={"b": "2", "a": "1"})
    assert canonical_bytes(one) == canonical_bytes(other)


TEXTS = st.text(alphabet="ab|\x01", max_size=3)
NUMBERS = st.none() | st.integers(min_value=1, max_value=3)
TIMES = st.sampled_from([datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)])
TRANSFERS = st.builds(
    TransferContent,
    phase=st.sampled_from(["posted", "post"]),
    source=TEXTS,
    target=TEXTS,
    amount=st.integers(min_value=1, max_value=3),
    resolves=NUMBERS,
    expires_at=st.none() | TIMES,
)
CONTENTS = st.builds(
    JournalContent,
    kind=TEXTS,
    idempotency_key=TEXTS,
    effective_at=TIMES,
    adjusts_month=st.none() | st.sampled_from([date(2025, 12, 1), date(2025, 11, 1)]),
    reference_type=TEXTS,
    reference_id=TEXTS,
    metadata=st.dictionaries(TEXTS, TEXTS, max_size=2),
    reverses=NUMBERS,
    transfers=st.lists(TRANSFERS, max_size=2).map(tuple),
)


@given(CONTENTS, CONTENTS)
def test_two_contents_have_the_same_bytes_only_if_they_are_the_same(
    one: JournalContent, other: JournalContent
) -> None:
    assert (canonical_bytes(one) == canonical_bytes(other)) == (one == other)


@given(CONTENTS, TEXTS)
def test_a_character_that_slips_from_one_field_to_the_next_is_seen(
    content: JournalContent, text: str
) -> None:
    joined = content._replace(kind=text + content.kind, idempotency_key=content.idempotency_key)
    slipped = content._replace(kind=text, idempotency_key=content.kind + content.idempotency_key)
    assert (canonical_bytes(joined) == canonical_bytes(slipped)) == (joined == slipped)
