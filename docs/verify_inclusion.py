#!/usr/bin/env python3
"""Check a proof that a journal is in a sealed ledger. Needs Python 3.11 or newer and nothing else.

    python3 verify_inclusion.py PROOF [--digest DIGEST --public-key KEY]

PROOF is what `manage.py prove_journal` or the service's REST door gave out. DIGEST is a signed digest
that was published or kept elsewhere, KEY the public key of whoever signed it: a PEM file or 64
hexadecimal digits, from a source of your own. Without them only this is shown: that the proof is
consistent, and which two hashes a digest would have to have.

Exit code 0: the proof holds. 1: it does not, and the first step that fails is named. 2: a file can't be
used. It is written from docs/algorithms/seals.md alone and shares no code with the service.
"""

import argparse
import base64
import hashlib
import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ABSENT = b"\xff\xff\xff\xff"


class Broken(Exception):
    """The proof does not hold; the message says at which step."""


class Unusable(Exception):
    """A file is missing, or isn't what it should be."""


# The bytes: docs/algorithms/seals.md and, for what a journal says, docs/algorithms/ledger.md.


def number(value: int | None) -> bytes:
    """Eight bytes after their count."""
    return ABSENT if value is None else b"\x00\x00\x00\x08" + value.to_bytes(8, "big", signed=True)


def blob(value: bytes) -> bytes:
    """Bytes after their count."""
    return len(value).to_bytes(4, "big") + value


def text(value: str) -> bytes:
    """UTF-8 after its count."""
    return blob(value.encode())


def instant(value: str | None) -> bytes:
    """Microseconds since 1970."""
    if value is None:
        return ABSENT
    return number((datetime.fromisoformat(value) - EPOCH) // timedelta(microseconds=1))


def day(value: str | None) -> bytes:
    """Days since 1970."""
    return ABSENT if value is None else number((date.fromisoformat(value) - EPOCH.date()).days)


def content_bytes(content: dict[str, Any]) -> bytes:
    """What the fingerprint of a journal is made of, version 1."""
    metadata = sorted(content["metadata"].items(), key=lambda pair: pair[0].encode())
    transfers = content["transfers"]
    return b"".join(
        [
            b"strongroom journal\x00\x01",
            text(content["kind"]) + text(content["idempotency_key"]) + instant(content["effective_at"]),
            day(content["adjusts_month"]) + text(content["reference_type"]) + text(content["reference_id"]),
            len(metadata).to_bytes(4, "big") + b"".join(text(key) + text(value) for key, value in metadata),
            number(content["reverses"]) + len(transfers).to_bytes(4, "big"),
            *(transfer_bytes(transfer) for transfer in transfers),
        ]
    )


def transfer_bytes(transfer: dict[str, Any]) -> bytes:
    """One transfer of a journal."""
    resolves = transfer["resolves"]
    return (
        text(transfer["phase"])
        + text(transfer["source"])
        + text(transfer["target"])
        + number(int(transfer["amount"]))
        + number(None if resolves is None else int(resolves))
        + instant(transfer["expires_at"])
    )


def leaf_hash(journal: dict[str, Any]) -> bytes:
    """The hash of a journal's leaf in the tree of its seal."""
    return hashlib.sha256(
        b"\x00strongroom leaf\x00\x01"
        + number(journal["number"])
        + instant(journal["recorded_at"])
        + number(journal["fingerprint_version"])
        + blob(bytes.fromhex(journal["fingerprint"]))
    ).digest()


def seal_hash(seal: dict[str, Any]) -> bytes:
    """The hash of a seal."""
    return hashlib.sha256(
        b"strongroom seal\x00\x01"
        + b"".join(
            number(seal[name]) for name in ("number", "first_journal", "last_journal", "journal_count")
        )
        + blob(bytes.fromhex(seal["root"]))
        + blob(bytes.fromhex(seal["previous_hash"]))
        + instant(seal["sealed_at"])
    ).digest()


def digest_bytes(digest: dict[str, Any]) -> bytes:
    """What the signature of a digest is made over."""
    return (
        b"strongroom digest\x00\x01"
        + b"".join(number(digest[name]) for name in ("seal_number", "last_journal", "journal_count"))
        + blob(bytes.fromhex(digest["head_hash"]))
        + blob(bytes.fromhex(digest["seals_root"]))
        + instant(digest["made_at"])
    )


def root_along(leaf: bytes, path: list[dict[str, str]], place: int, count: int) -> bytes:
    """The root that a path leads to; every step must lie on the side that `place` of `count` asks for."""
    reached, last = leaf, count - 1
    steps = iter(path)
    while last > 0:
        if place % 2 or place < last:
            step = next(steps, None)
            expected = "left" if place % 2 else "right"
            if step is None or step["side"] != expected:
                raise Broken("the path does not fit the place in the tree")
            other = bytes.fromhex(step["hash"])
            pair = other + reached if expected == "left" else reached + other
            reached = hashlib.sha256(b"\x01" + pair).digest()
        place, last = place // 2, last // 2
    if next(steps, None) is not None:
        raise Broken("the path is longer than the tree is high")
    return reached


# Ed25519 as in RFC 8032, section 5.1.7: points of the curve in extended coordinates. Slow and plain.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def added(one: Point, other: Point) -> Point:
    """The sum of two points."""
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, other
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * CURVE * t1 * t2 % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    """A point added to itself so many times."""
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = added(total, point)
        point, scalar = added(point, point), scalar >> 1
    return total


def point_of(encoded: bytes) -> Point:
    """The point that 32 bytes stand for."""
    y, sign = int.from_bytes(encoded, "little") & (2**255 - 1), encoded[31] >> 7
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        raise Broken("the signature or the public key is no point of the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE_Y = 4 * pow(5, -1, P) % P
BASE = point_of(BASE_Y.to_bytes(32, "little"))


def is_signed(message: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether the key signed the message."""
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or scalar >= ORDER:
        return False
    challenge = hashlib.sha512(signature[:32] + public_key + message).digest()
    left = times(scalar, BASE)
    right = added(
        point_of(signature[:32]), times(int.from_bytes(challenge, "little") % ORDER, point_of(public_key))
    )
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 == (left[1] * right[2] - right[1] * left[2]) % P


# The steps.


def check_proof(proof: dict[str, Any]) -> None:
    """From what the journal says up to the root over all seals. Raises Broken."""
    journal, seal, digest = proof["journal"], proof["seal"], proof["digest"]
    content = journal["content"]
    if content is not None:
        if journal["fingerprint_version"] != 1:
            raise Broken("the version of the fingerprint is unknown")
        if hashlib.sha256(content_bytes(content)).hexdigest() != journal["fingerprint"]:
            raise Broken("the fingerprint is not that of the journal's content")
    if not seal["first_journal"] <= journal["number"] <= seal["last_journal"]:
        raise Broken("the number of the journal is not among those of its seal")
    leaf = leaf_hash(journal)
    if root_along(leaf, proof["journal_path"], journal["place"], seal["journal_count"]).hex() != seal["root"]:
        raise Broken("the path from the journal does not lead to the root of its seal")
    hashed = seal_hash(seal)
    if hashed.hex() != seal["hash"]:
        raise Broken("the hash of the seal is not that of its fields")
    reached = root_along(hashed, proof["seal_path"], seal["number"] - 1, digest["seal_number"])
    if reached.hex() != digest["seals_root"]:
        raise Broken("the path from the seal does not lead to the root over all seals")


def check_digest(proof: dict[str, Any], digest: dict[str, Any], public_key: bytes) -> None:
    """That the digest is signed, and is what the proof leads to. Raises Broken."""
    if not is_signed(digest_bytes(digest), bytes.fromhex(digest["signature"]), public_key):
        raise Broken("the digest is not signed with this key")
    for name in ("seal_number", "seals_root", "head_hash", "last_journal", "journal_count"):
        if proof["digest"][name] != digest[name]:
            raise Broken(f"the proof leads to another {name} than the digest has")


def read(path: str, kind: str) -> dict[str, Any]:
    """A JSON document of this kind. Raises Unusable."""
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unusable(f"{path} can't be read: {error}") from None
    if not isinstance(document, dict) or document.get("format") != f"strongroom {kind}":
        raise Unusable(f"{path} is no {kind}")
    if document.get("version") != 1:
        raise Unusable(f"{path} is a {kind} of an unknown version")
    return document


def read_key(given: str) -> bytes:
    """The 32 bytes of a public key. Raises Unusable."""
    try:
        body = Path(given).read_text(encoding="ascii") if Path(given).exists() else given
        if "-----" in body:
            lines = [line for line in body.splitlines() if line and "-----" not in line]
            der = base64.b64decode("".join(lines), validate=True)
            found = der.removeprefix(bytes.fromhex("302a300506032b6570032100"))
        else:
            found = bytes.fromhex(body.strip())
    except (OSError, ValueError) as error:
        raise Unusable(f"the public key can't be read: {error}") from None
    if len(found) != 32:
        raise Unusable("the public key is no Ed25519 key")
    return found


def main() -> None:
    """Read the arguments and say what was found."""
    parser = argparse.ArgumentParser(description="Check that a journal is in a sealed ledger.")
    parser.add_argument("proof")
    parser.add_argument("--digest", help="a signed digest that you trust for where you have it from")
    parser.add_argument("--public-key", help="of whoever signs digests: a PEM file or 64 hexadecimal digits")
    arguments = parser.parse_args()
    if bool(arguments.digest) != bool(arguments.public_key):
        parser.error("--digest and --public-key go together")
    try:
        proof = read(arguments.proof, "proof")
        check_proof(proof)
        if arguments.digest:
            check_digest(proof, read(arguments.digest, "digest"), read_key(arguments.public_key))
    except Broken as error:
        end(1, f"DOES NOT HOLD: {error}.")
    except Unusable as error:
        end(2, f"Can't be checked: {error}.")
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        end(2, f"Can't be checked: a field is missing or malformed ({type(error).__name__}: {error}).")
    end(0, conclusion(proof, is_against_digest=bool(arguments.digest)))


def conclusion(proof: dict[str, Any], *, is_against_digest: bool) -> str:
    """What was shown, and what was not."""
    journal, digest = proof["journal"], proof["digest"]
    shown = f"Holds: journal {journal['number']}, recorded {journal['recorded_at']}, is in seal"
    shown += f" {proof['seal']['number']} of the ledger up to seal {digest['seal_number']}"
    if journal["content"] is None:
        shown += "; what it says is not in the proof"
    if is_against_digest:
        return shown + "; the digest is signed."
    return shown + f".\nTo trust it, compare with a signed digest: seals_root {digest['seals_root']}."


def end(code: int, message: str) -> NoReturn:
    """Say it and leave: what holds on the standard output, else on the standard error."""
    print(message, file=sys.stdout if code == 0 else sys.stderr)
    raise SystemExit(code)


if __name__ == "__main__":
    main()
