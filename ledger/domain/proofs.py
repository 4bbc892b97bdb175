"""Proofs and digests as documents: what is written to a file and checked elsewhere, version 1.

docs/algorithms/seals.md describes both; docs/verify_inclusion.py checks them with nothing but Python.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ledger.domain.canonical import JournalContent
from ledger.domain.merkle import Step
from ledger.domain.seals import Digest, SealHeader, seal_hash

PROOF_FORMAT = "strongroom proof"
DIGEST_FORMAT = "strongroom digest"
DOCUMENT_VERSION = 1
SIGNATURE_BYTES = 64
HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That a journal is in a seal, and the seal in the chain that `digest` stands for.

    `journal_place` counts the journals of the seal from zero. `content` is None for whoever may not read
    the journal. `digest` is not signed here: its hashes have to be those of a digest that one trusts.
    """

    journal_id: int
    recorded_at: datetime
    fingerprint_version: int
    fingerprint: bytes
    content: JournalContent | None
    journal_place: int
    journal_path: tuple[Step, ...]
    seal: SealHeader
    seal_path: tuple[Step, ...]
    digest: Digest


@dataclass(frozen=True, slots=True)
class SignedDigest:
    """A digest with the Ed25519 signature of its bytes and the public key that goes with it."""

    digest: Digest
    signature: bytes
    public_key: bytes


class UnfitDocument(ValueError):
    """A document is not what it should be: `field` names the part at fault."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


def proof_document(proof: InclusionProof) -> dict[str, object]:
    """The proof as JSON-ready values. Hashes are hexadecimal; amounts are texts, for readers with floats."""
    return {
        "format": PROOF_FORMAT,
        "version": DOCUMENT_VERSION,
        "journal": {
            "number": proof.journal_id,
            "recorded_at": instant_text(proof.recorded_at),
            "fingerprint_version": proof.fingerprint_version,
            "fingerprint": proof.fingerprint.hex(),
            "place": proof.journal_place,
            "content": proof.content and _content(proof.content),
        },
        "journal_path": _path(proof.journal_path),
        "seal": {
            **_values(proof.seal._asdict()),
            "hash": seal_hash(proof.seal).hex(),
        },
        "seal_path": _path(proof.seal_path),
        "digest": _values(proof.digest._asdict()),
    }


def digest_document(signed: SignedDigest) -> dict[str, object]:
    """The signed digest as JSON-ready values."""
    return {
        "format": DIGEST_FORMAT,
        "version": DOCUMENT_VERSION,
        **_values(signed.digest._asdict()),
        "public_key": signed.public_key.hex(),
        "signature": signed.signature.hex(),
    }


def read_digest_document(text: str | bytes) -> SignedDigest:
    """The signed digest of a document; its signature is not checked. Raises UnfitDocument."""
    try:
        document = json.loads(text)
    except ValueError:
        raise UnfitDocument("it is not JSON", "") from None
    if not isinstance(document, dict) or document.get("format") != DIGEST_FORMAT:
        raise UnfitDocument("it is no digest", "format")
    if document.get("version") != DOCUMENT_VERSION:
        raise UnfitDocument("its version is unknown", "version")
    digest = Digest(
        seal_number=_number(document, "seal_number"),
        last_journal=_number(document, "last_journal"),
        journal_count=_number(document, "journal_count"),
        head_hash=_bytes(document, "head_hash", HASH_BYTES),
        seals_root=_bytes(document, "seals_root", HASH_BYTES),
        made_at=_instant(document, "made_at"),
    )
    return SignedDigest(
        digest, _bytes(document, "signature", SIGNATURE_BYTES), _bytes(document, "public_key", HASH_BYTES)
    )


def instant_text(moment: datetime) -> str:
    """A time in UTC to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _content(content: JournalContent) -> dict[str, object]:
    return {
        "kind": content.kind,
        "idempotency_key": content.idempotency_key,
        "effective_at": instant_text(content.effective_at),
        "adjusts_month": content.adjusts_month and content.adjusts_month.isoformat(),
        "reference_type": content.reference_type,
        "reference_id": content.reference_id,
        "metadata": dict(content.metadata),
        "reverses": content.reverses,
        "transfers": [
            {
                "phase": transfer.phase,
                "source": transfer.source,
                "target": transfer.target,
                "amount": str(transfer.amount),
                "resolves": transfer.resolves and str(transfer.resolves),
                "expires_at": transfer.expires_at and instant_text(transfer.expires_at),
            }
            for transfer in content.transfers
        ],
    }


def _path(steps: tuple[Step, ...]) -> list[dict[str, str]]:
    return [{"side": step.side, "hash": step.hash.hex()} for step in steps]


def _values(fields: Mapping[str, object]) -> dict[str, object]:
    return {
        name: value.hex()
        if isinstance(value, bytes)
        else instant_text(value)
        if isinstance(value, datetime)
        else value
        for name, value in fields.items()
    }


def _number(document: Mapping[str, Any], field: str) -> int:
    value = document.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**63:
        raise UnfitDocument(f"{field} is no number", field)
    return value


def _bytes(document: Mapping[str, Any], field: str, length: int) -> bytes:
    value = document.get(field)
    try:
        found = bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        found = b""
    if len(found) != length:
        raise UnfitDocument(f"{field} is not {length} bytes in hexadecimal", field)
    return found


def _instant(document: Mapping[str, Any], field: str) -> datetime:
    value = document.get(field)
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UnfitDocument(f"{field} is no time with an offset", field)
    return found
