"""Strict reading of JSON text: nothing is guessed, nothing stands twice, no number becomes a float."""

import json
from collections.abc import Iterable
from decimal import Decimal

from errors import Refusal
from intake.errors import (
    DuplicateField,
    EmptyInput,
    InputNotUtf8,
    MalformedJson,
    NestedTooDeeply,
    NumberTooLong,
)

LONGEST_NUMBER = 4_000
"""Digits of one number. Longer ones are refused before they cost time."""


def read_json(content: bytes) -> object:
    """The one document in the bytes.

    Whole numbers come as int, numbers with a point or an exponent as Decimal, so that they can be
    told apart. Raises EmptyInput, InputNotUtf8, MalformedJson, NestedTooDeeply, DuplicateField,
    NumberTooLong.
    """
    return _decoded(_text_of(content), line=None)


def read_json_documents(content: bytes) -> list[object]:
    """The documents of an input: the one it is, or one for each of its lines that is not blank.

    Raises what `read_json` raises; in JSON lines the message names the line.
    """
    text = _text_of(content)
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    try:
        return [_DECODER.decode(text)]
    except json.JSONDecodeError as error:
        if len(lines) == 1 or error.msg != "Extra data":
            raise _malformed(error, error.lineno) from None
    except RecursionError:
        raise _too_deep() from None
    return [_decoded(line, line=number) for number, line in lines]


def _text_of(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputNotUtf8(f"Byte {error.start + 1} is not UTF-8.") from None
    if not text.strip():
        raise EmptyInput("Nothing was sent. Send a JSON object.")
    return text


def _decoded(text: str, *, line: int | None) -> object:
    try:
        document: object = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _malformed(error, line or error.lineno) from None
    except RecursionError:
        raise _too_deep() from None
    return document


def _malformed(error: json.JSONDecodeError, line: int) -> Refusal:
    return MalformedJson(f"Not JSON at line {line}, column {error.colno}: {error.msg}.")


def _too_deep() -> Refusal:
    return NestedTooDeeply("The JSON is nested too deeply.")


def _object_of(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in members:
            raise DuplicateField("The same field stands twice in one object.", field=name[:80])
        members[name] = value
    return members


def _integer(text: str) -> int:
    _require_short(text)
    return int(text)


def _decimal(text: str) -> Decimal:
    _require_short(text)
    try:
        return Decimal(text)
    except ArithmeticError:
        raise NumberTooLong(f"The number {text[:40]} can't be held.") from None


def _require_short(text: str) -> None:
    if len(text) > LONGEST_NUMBER:
        raise NumberTooLong(f"A number has at most {LONGEST_NUMBER} digits.")


def _refuse_constant(name: str) -> object:
    raise MalformedJson(f"{name} is no JSON number.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_of,
    parse_int=_integer,
    parse_float=_decimal,
    parse_constant=_refuse_constant,
)
