"""The bytes of leaves, seals and digests, version 1 (docs/algorithms/seals.md).

The parts are those of a journal's canonical bytes: numbers of eight bytes, times in microseconds since
1970, byte strings and texts after their length. tests/ledger/seal_vectors.json has test vectors.
"""

import hashlib
from datetime import datetime
from typing import NamedTuple

from ledger.domain.canonical import number_bytes, time_bytes
from ledger.domain.merkle import leaf_hash

VERSION = 1
NO_HASH = bytes(32)
"""What stands for the hash before the first seal."""

_LEAF = b"strongroom leaf\x00\x01"
_SEAL = b"strongroom seal\x00\x01"
_DIGEST = b"strongroom digest\x00\x01"


class SealHeader(NamedTuple):
    """What the hash of a seal covers: everything but the hash itself."""

    number: int
    first_journal: int
    last_journal: int
    journal_count: int
    root: bytes
    previous_hash: bytes
    sealed_at: datetime


class Digest(NamedTuple):
    """What is signed: the whole chain up to one seal, in 32 bytes, and how much that is."""

    seal_number: int
    last_journal: int
    journal_count: int
    head_hash: bytes
    seals_root: bytes
    made_at: datetime


def leaf_of(*, journal_id: int, recorded_at: datetime, fingerprint_version: int, fingerprint: bytes) -> bytes:
    """The hash of a journal's leaf."""
    return leaf_hash(
        _LEAF
        + number_bytes(journal_id)
        + time_bytes(recorded_at)
        + number_bytes(fingerprint_version)
        + _hash_bytes(fingerprint)
    )


def seal_bytes(header: SealHeader) -> bytes:
    """The bytes that a seal's hash is made of."""
    return (
        _SEAL
        + number_bytes(header.number)
        + number_bytes(header.first_journal)
        + number_bytes(header.last_journal)
        + number_bytes(header.journal_count)
        + _hash_bytes(header.root)
        + _hash_bytes(header.previous_hash)
        + time_bytes(header.sealed_at)
    )


def seal_hash(header: SealHeader) -> bytes:
    """The hash of a seal."""
    return hashlib.sha256(seal_bytes(header)).digest()


def digest_bytes(digest: Digest) -> bytes:
    """The bytes that are signed."""
    return (
        _DIGEST
        + number_bytes(digest.seal_number)
        + number_bytes(digest.last_journal)
        + number_bytes(digest.journal_count)
        + _hash_bytes(digest.head_hash)
        + _hash_bytes(digest.seals_root)
        + time_bytes(digest.made_at)
    )


def _hash_bytes(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value
