"""The canonical bytes of a journal's content, and their SHA-256.

Version 1. Every field the caller decides is in the bytes, in a fixed order, so that no two contents
share them: a text is its length in UTF-8 and then its bytes, a number is eight bytes, an absent value
has the length 2^32 - 1, a list begins with its count. All numbers are big-endian, lengths and counts
unsigned 32 bit, values signed 64 bit. A time is microseconds since 1970 in UTC, a day is days since
then. Metadata are sorted by the bytes of their keys. docs/algorithms/ledger.md has the layout,
tests/ledger/canonical_vectors.json the test vectors.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

VERSION = 1

_HEADER = b"strongroom journal\x00\x01"
_ABSENT = b"\xff\xff\xff\xff"
_NONE = b"\x00\x00\x00\x00"
_EIGHT = b"\x00\x00\x00\x08"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = _EPOCH.date().toordinal()
_MICROSECOND = timedelta(microseconds=1)


class TransferContent(NamedTuple):
    """One transfer as it stands in its row: a resolution carries the accounts of what it resolves."""

    phase: str
    source: str
    target: str
    amount: int
    resolves: int | None = None
    expires_at: datetime | None = None


class JournalContent(NamedTuple):
    """Everything a caller decides about a journal."""

    kind: str
    idempotency_key: str
    effective_at: datetime
    adjusts_month: date | None
    reference_type: str
    reference_id: str
    metadata: Mapping[str, str]
    reverses: int | None
    transfers: tuple[TransferContent, ...]


def fingerprint_of(content: JournalContent) -> bytes:
    """SHA-256 of the canonical bytes."""
    return hashlib.sha256(canonical_bytes(content)).digest()


def canonical_bytes(content: JournalContent) -> bytes:
    """The journal's content as bytes, version 1."""
    parts = [
        _HEADER,
        _word(content.kind),
        _text(content.idempotency_key),
        time_bytes(content.effective_at),
        _day(content.adjusts_month),
        _word(content.reference_type),
        _text(content.reference_id),
        _metadata(content.metadata) if content.metadata else _NONE,
        number_bytes(content.reverses),
        _count(len(content.transfers)),
    ]
    for phase, source, target, amount, resolves, expires_at in content.transfers:
        parts += (
            _word(phase), _word(source), _word(target),
            number_bytes(amount), number_bytes(resolves), time_bytes(expires_at),
        )  # fmt: skip
    return b"".join(parts)


def _metadata(metadata: Mapping[str, str]) -> bytes:
    pairs = sorted((key.encode(), value) for key, value in metadata.items())
    return _count(len(pairs)) + b"".join(_count(len(key)) + key + _text(value) for key, value in pairs)


def _count(count: int) -> bytes:
    return count.to_bytes(4, "big")


def _text(text: str) -> bytes:
    encoded = text.encode()
    return len(encoded).to_bytes(4, "big") + encoded


def number_bytes(number: int | None) -> bytes:
    """A number after its length, or the length of what is absent."""
    return _ABSENT if number is None else _EIGHT + number.to_bytes(8, "big", signed=True)


def time_bytes(moment: datetime | None) -> bytes:
    """A time as the number of its microseconds since 1970."""
    return _ABSENT if moment is None else number_bytes((moment - _EPOCH) // _MICROSECOND)


def _day(day: date | None) -> bytes:
    return _ABSENT if day is None else number_bytes(day.toordinal() - _FIRST_DAY)


# Kinds, phases and paths come again and again, so their bytes are kept.
_word = lru_cache(maxsize=8192)(_text)
