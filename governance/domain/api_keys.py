"""The form of an API key and its keyed hash."""

import hashlib
import hmac
import re
from typing import NamedTuple

_FORM = re.compile(r"sr_([0-9a-f]{12})_([0-9a-f]{64})")


class KeyParts(NamedTuple):
    """The public prefix a key is found by, and the secret that proves it."""

    prefix: str
    secret: str


def format_api_key(prefix: str, secret: str) -> str:
    """The text a person copies: `sr_<12 hex digits>_<64 hex digits>`."""
    return f"sr_{prefix}_{secret}"


def parse_api_key(text: str) -> KeyParts | None:
    """The parts of a key, or None if the text isn't one."""
    match = _FORM.fullmatch(text)
    return KeyParts(*match.groups()) if match else None


def digest_api_key(text: str, *, hash_key: str) -> bytes:
    """HMAC-SHA-256 of the whole key text under the service's hash key."""
    return hmac.new(hash_key.encode(), text.encode(), hashlib.sha256).digest()


def is_digest_of(text: str, *, hash_key: str, digest: bytes) -> bool:
    """Whether the digest is that of the text, compared in constant time."""
    return hmac.compare_digest(digest_api_key(text, hash_key=hash_key), digest)
