"""The tables of an export in CSV or Parquet: their columns, and what a cell must be to be read back.

An empty cell is null where the column says `is_optional`; no optional column can hold an empty text.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum

from ledger.domain.accounts import LONGEST_CODE, LONGEST_MIRROR, LONGEST_PATH, UNITS
from ledger.domain.journals import (
    LONGEST_KEY,
    LONGEST_KIND,
    LONGEST_REFERENCE_ID,
    LONGEST_REFERENCE_TYPE,
)
from ledger.domain.quantities import LARGEST_AMOUNT
from ledger.domain.texts import is_storable

LONGEST_REASON = 500


class Kind(Enum):
    """What a column holds. A total is an integer that may be larger than 64 bits."""

    INTEGER = "integer"
    TEXT = "text"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    DAY = "day"
    JSON = "json"
    HASH = "hash"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `longest` counts characters; `values` is a closed list; integers are at least `least`."""

    name: str
    kind: Kind
    is_optional: bool = False
    longest: int = LARGEST_AMOUNT
    shortest: int = 1
    values: tuple[str, ...] = ()
    least: int = 1


Cell = str | int | bool | datetime | date | bytes | None

TABLES: dict[str, tuple[Column, ...]] = {
    "books": (
        Column("number", Kind.INTEGER),
        Column("code", Kind.TEXT, longest=LONGEST_CODE),
        Column("unit", Kind.TEXT, values=UNITS),
    ),
    "accounts": (
        Column("number", Kind.INTEGER),
        Column("path", Kind.TEXT, longest=LONGEST_PATH),
        Column("book", Kind.TEXT, longest=LONGEST_CODE),
        Column("is_guarded", Kind.BOOLEAN),
        Column("balance_limit", Kind.INTEGER, is_optional=True, least=0),
        Column("mirror", Kind.TEXT, is_optional=True, longest=LONGEST_MIRROR),
        Column("mirror_side", Kind.INTEGER, least=-1),
        Column("closed_at", Kind.MOMENT, is_optional=True),
    ),
    "closed_periods": (
        Column("number", Kind.INTEGER),
        Column("closed_until", Kind.MOMENT),
        Column("closed_at", Kind.MOMENT),
        Column("reason", Kind.TEXT, longest=LONGEST_REASON),
    ),
    "journals": (
        Column("number", Kind.INTEGER),
        Column("kind", Kind.TEXT, longest=LONGEST_KIND),
        Column("idempotency_key", Kind.TEXT, longest=LONGEST_KEY),
        Column("effective_at", Kind.MOMENT),
        Column("recorded_at", Kind.MOMENT),
        Column("adjusts_month", Kind.DAY, is_optional=True),
        Column("reference_type", Kind.TEXT, longest=LONGEST_REFERENCE_TYPE, shortest=0),
        Column("reference_id", Kind.TEXT, longest=LONGEST_REFERENCE_ID, shortest=0),
        Column("metadata", Kind.JSON),
        Column("reverses", Kind.INTEGER, is_optional=True),
        Column("fingerprint_version", Kind.INTEGER),
        Column("fingerprint", Kind.HASH),
    ),
    "transfers": (
        Column("number", Kind.INTEGER),
        Column("journal", Kind.INTEGER),
        Column("source", Kind.TEXT, longest=LONGEST_PATH),
        Column("target", Kind.TEXT, longest=LONGEST_PATH),
        Column("amount", Kind.INTEGER),
        Column("phase", Kind.TEXT, values=("posted", "pending", "post", "void")),
        Column("resolves", Kind.INTEGER, is_optional=True),
        Column("expires_at", Kind.MOMENT, is_optional=True),
    ),
}
"""The tables of a whole ledger, in the order they are loaded."""

OPENING_BALANCES = (
    Column("path", Kind.TEXT),
    Column("book", Kind.TEXT),
    Column("balance", Kind.TOTAL),
)
"""One more table, in an export that begins later than the ledger: what the accounts held before."""

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,18}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-01", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


def parse_cell(text: str, column: Column) -> Cell:
    """The cell's value. Raises ValueError with a sentence for people."""
    if not text and column.is_optional:
        return None
    return _PARSERS[column.kind](text, column)


def parse_metadata(text: str) -> Mapping[str, str]:
    """The metadata of a journal: one object of texts. Raises ValueError."""
    metadata = json.loads(text, object_pairs_hook=_once_each)
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError("a JSON object of texts is needed")
    return metadata


def _once_each(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _integer(text: str, column: Column) -> int:
    number = int(text) if _INTEGER.fullmatch(text) else None
    if number is None or not column.least <= number <= LARGEST_AMOUNT:
        raise ValueError(f"a whole number from {column.least} to 2^63 - 1 is needed")
    return number


def _text(text: str, column: Column) -> str:
    if column.values and text not in column.values:
        raise ValueError(f"one of these is needed: {', '.join(column.values)}")
    if not is_storable(text, longest=column.longest, shortest=column.shortest):
        raise ValueError(f"a storable text of {column.shortest} to {column.longest} characters is needed")
    return text


def _boolean(text: str, column: Column) -> bool:  # noqa: ARG001 - every parser takes its column
    if text not in ("true", "false"):
        raise ValueError("true or false is needed")
    return text == "true"


def _moment(text: str, column: Column) -> datetime:  # noqa: ARG001
    if not _MOMENT.fullmatch(text):
        raise ValueError("a time such as 2026-03-02T17:00:00.000000Z is needed")
    return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)


def _day(text: str, column: Column) -> date:  # noqa: ARG001
    if not _DAY.fullmatch(text):
        raise ValueError("the first day of a month is needed, such as 2026-03-01")
    return date.fromisoformat(text)


def _hash(text: str, column: Column) -> bytes:  # noqa: ARG001
    if not _HASH.fullmatch(text):
        raise ValueError("64 hexadecimal digits are needed")
    return bytes.fromhex(text)


def _json(text: str, column: Column) -> str:  # noqa: ARG001
    parse_metadata(text)
    return text


# A total is never read back.
_PARSERS: dict[Kind, Callable[[str, Column], Cell]] = {
    Kind.INTEGER: _integer,
    Kind.TEXT: _text,
    Kind.BOOLEAN: _boolean,
    Kind.MOMENT: _moment,
    Kind.DAY: _day,
    Kind.JSON: _json,
    Kind.HASH: _hash,
}
