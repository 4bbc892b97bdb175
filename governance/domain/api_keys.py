"""The form of an API key, its checksum and its keyed hash.

A key is `sr_<prefix>_<secret><checksum>`. The checksum tells a mistyped key from a wrong one without asking
anybody, and a scanner that finds such a text from one that only looks like it. It protects nothing: whoever
makes up a key can make up its checksum.
"""

import hashlib
import hmac
import re
from typing import NamedTuple
from zlib import crc32

SIGN = "sr_"
"""What every key begins with."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""Digits of secrets and checksums, in the order of their worth."""

PREFIX_BYTES = 6
SECRET_LENGTH = 43
"""So many digits of base 62 hold 256 bits."""

_CHECKSUM_LENGTH = 6
_FORM = re.compile(
    rf"(?P<checked>sr_(?P<prefix>[0-9a-f]{{12}})_[0-9A-Za-z]{{{SECRET_LENGTH}}})"
    rf"(?P<checksum>[0-9A-Za-z]{{{_CHECKSUM_LENGTH}}})"
)
# Keys made before there were checksums go on working; none is made any more.
_FORM_WITHOUT_CHECKSUM = re.compile(r"sr_(?P<prefix>[0-9a-f]{12})_[0-9a-f]{64}")


class KeyParts(NamedTuple):
    """The public prefix a key is found by, and the whole text that proves it."""

    prefix: str
    text: str


def format_api_key(prefix: str, secret: str) -> str:
    """The text a person copies, with its checksum."""
    checked = f"{SIGN}{prefix}_{secret}"
    return checked + checksum_of(checked)


def checksum_of(text: str) -> str:
    """CRC-32 (ISO-HDLC) of the text's ASCII bytes as six digits of `ALPHABET`, the most significant first."""
    value, digits = crc32(text.encode("ascii")), ""
    for _ in range(_CHECKSUM_LENGTH):
        value, digit = divmod(value, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def parse_api_key(text: str) -> KeyParts | None:
    """The parts of a key, or None if the text can't be one."""
    match = _FORM.fullmatch(text)
    if match is not None:
        is_sound = checksum_of(match["checked"]) == match["checksum"]
        return KeyParts(match["prefix"], text) if is_sound else None
    match = _FORM_WITHOUT_CHECKSUM.fullmatch(text)
    return KeyParts(match["prefix"], text) if match else None


def is_mistyped(text: str) -> bool:
    """Whether the text was meant to be a key and can't be one: a character is wrong, missing or too many."""
    return text[: len(SIGN)].lower() == SIGN and parse_api_key(text) is None


def digest_api_key(text: str, *, hash_key: str) -> bytes:
    """HMAC-SHA-256 of the whole key text under the service's hash key."""
    return hmac.new(hash_key.encode(), text.encode(), hashlib.sha256).digest()


def is_digest_of(text: str, *, hash_key: str, digest: bytes) -> bool:
    """Whether the digest is that of the text, compared in constant time."""
    return hmac.compare_digest(digest_api_key(text, hash_key=hash_key), digest)
