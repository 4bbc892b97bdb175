"""Reading a calculator's input text: one JSON object, or one per line."""

import json
from collections.abc import Iterable

from allocations.domain.faults import DocumentFault, FaultCode
from allocations.domain.numbers import json_integer, unfit_float


def _object_of(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    decoded: dict[str, object] = {}
    for name, value in pairs:
        if name in decoded:
            message = "The same field stands twice in one object."
            raise DocumentFault(FaultCode.DUPLICATE_FIELD, message, name[:80])
        decoded[name] = value
    return decoded


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_of,
    parse_float=unfit_float,
    parse_constant=unfit_float,
    parse_int=json_integer,
)


def _decoded(text: str) -> object:
    try:
        return _DECODER.decode(text)
    except RecursionError:
        message = "The JSON is nested too deeply."
        raise DocumentFault(FaultCode.NESTED_TOO_DEEPLY, message) from None


def documents_of(content: bytes) -> list[object]:
    """The documents of an input: the one it is, or one for each of its lines that is not blank.

    Raises DocumentFault; in JSON lines the message names the line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"Byte {error.start + 1} is not UTF-8."
        raise DocumentFault(FaultCode.INPUT_NOT_UTF8, message) from None
    if not text.strip():
        raise DocumentFault(FaultCode.EMPTY_INPUT, "Send a JSON object on standard input.")
    lines = [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    try:
        return [_decoded(text)]
    except json.JSONDecodeError as error:
        if len(lines) == 1 or error.msg != "Extra data":
            raise _invalid(error, error.lineno) from None
    return [_line(line, number) for number, line in lines]


def _line(line: str, number: int) -> object:
    try:
        return _decoded(line)
    except json.JSONDecodeError as error:
        raise _invalid(error, number) from None


def _invalid(error: json.JSONDecodeError, line: int) -> DocumentFault:
    message = f"Not JSON at line {line}, column {error.colno}: {error.msg}."
    return DocumentFault(FaultCode.MALFORMED_JSON, message)
