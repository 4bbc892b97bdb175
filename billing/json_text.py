"""Strict reading of JSON text: nothing is guessed, and no number becomes a float."""

import json
from decimal import Decimal

from billing.errors import MalformedJson


def read_json_documents(text: bytes) -> list[object]:
    """The documents of a text: one, or one per line (JSON lines; blank lines don't count).

    Numbers with a point or an exponent come as Decimal, so that they can be told from whole ones.
    Raises MalformedJson.
    """
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedJson("The text is not UTF-8.") from error
    lines = [line for line in decoded.split("\n") if line.strip()]
    if not lines:
        raise MalformedJson("Nothing was sent.")
    if len(lines) > 1 and _is_document(lines[0]):
        return [_document(line, f" in line {number}") for number, line in enumerate(lines, start=1)]
    return [_document(decoded, "")]


def _is_document(text: str) -> bool:
    try:
        _document(text, "")
    except MalformedJson:
        return False
    return True


def _document(text: str, where: str) -> object:
    try:
        return json.loads(
            text,
            object_pairs_hook=_object_without_repetition,
            parse_float=Decimal,
            parse_constant=_refuse_constant,
        )
    except (ValueError, ArithmeticError) as error:
        raise MalformedJson(f"The text is not JSON{where}: {error}.") from error
    except RecursionError as error:
        raise MalformedJson(f"The text is nested too deeply{where}.") from error


def _object_without_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in members:
            raise MalformedJson(f"The name {name!r} stands twice in one object.", field=name)
        members[name] = value
    return members


def _refuse_constant(name: str) -> object:
    raise MalformedJson(f"{name} is no JSON number.")
