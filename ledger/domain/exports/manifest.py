"""The manifest of an export in tables: what is in it, so that nothing can be missing or changed unseen."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.domain.exports.scope import Bound, ExportScope
from ledger.domain.exports.tables import TABLES
from ledger.errors import ExportMalformed, ExportPartial, ExportVersionUnknown

MANIFEST = "manifest.json"
FORMAT = "strongroom ledger"
VERSION = 1

_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """One file of an export: `size` in bytes, `rows` without the header."""

    name: str
    size: int
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """All of it. `time_zone` is the reserve's; no file of the export depends on it."""

    time_zone: str
    scope: ExportScope
    files: tuple[ExportedFile, ...]


def manifest_text(manifest: Manifest) -> str:
    """The manifest as JSON. It has no time of its own: equal ledgers give equal exports."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "parameters": {"time_zone": manifest.time_zone},
        "scope": {
            "is_whole": manifest.scope.is_whole,
            "from": _bound_value(manifest.scope.since),
            "to": _bound_value(manifest.scope.until),
            "books": list(manifest.scope.books),
        },
        "files": {
            file.name: {"bytes": file.size, "rows": file.rows, "sha256": file.sha256}
            for file in manifest.files
        },
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def parse_manifest_of_whole(text: str) -> tuple[ExportedFile, ...]:
    """The files of an export in CSV of a whole ledger, in the order they are loaded.

    Raises ExportMalformed, ExportPartial, ExportVersionUnknown.
    """
    content = _object(_json(text), field="manifest")
    if content.get("format") != FORMAT:
        raise _malformed("It is not the manifest of a ledger.", field="format")
    if content.get("version") != VERSION or type(content["version"]) is not int:
        raise ExportVersionUnknown("The export has another version.", field="version", known=VERSION)
    if _object(content.get("scope"), field="scope").get("is_whole") is not True:
        raise ExportPartial("Only the export of a whole ledger can be imported.", field="scope")
    files = _object(content.get("files"), field="files")
    expected = {f"{table}.csv": table for table in TABLES}
    if set(files) != set(expected):
        raise _malformed(f"The files are not these: {', '.join(expected)}.", field="files")
    return tuple(_file(name, _object(files[name], field=name)) for name in expected)


def _file(name: str, facts: Mapping[str, object]) -> ExportedFile:
    size, rows, sha256 = facts.get("bytes"), facts.get("rows"), facts.get("sha256")
    if type(size) is not int or type(rows) is not int or min(size, rows) < 0:
        raise _malformed("The number of bytes or rows is missing.", field=name)
    if not isinstance(sha256, str) or not _HASH.fullmatch(sha256):
        raise _malformed("The SHA-256 is missing.", field=name)
    return ExportedFile(name, size, rows, sha256)


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _malformed("It is not JSON.", field="manifest") from None


def _object(value: object, *, field: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise _malformed("An object is needed.", field=field)
    return value


def _malformed(message: str, *, field: str) -> ExportMalformed:
    return ExportMalformed(message, field=field, file=MANIFEST, line=None)


def _bound_value(bound: Bound | None) -> str | int | None:
    return bound.isoformat() if isinstance(bound, date) else bound
