"""One byte string per JSON value, so that equal values have equal hashes."""

import hashlib
import json
from collections.abc import Mapping


def canonical_json(value: object) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces.

    Raises TypeError for anything JSON can't hold exactly: floats, and keys that aren't text.
    """
    _require_exact(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256_of_json(value: object) -> str:
    """Hexadecimal SHA-256 of the canonical JSON of the value."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _require_exact(value: object) -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"a JSON key must be text, not {type(key).__name__}")
            _require_exact(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _require_exact(item)
    elif not (value is None or isinstance(value, str | bool | int)):
        raise TypeError(f"{type(value).__name__} has no exact JSON form")
