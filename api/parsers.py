"""Strict reading of JSON bodies: bounded, no repeated names, no NaN, and no number becomes a float."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser

from api.errors import BodyTooLarge, MalformedJson


class StrictJsonParser(BaseParser):
    """One JSON document. Numbers with a point or an exponent come as Decimal."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - the framework's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - the framework's signature
    ) -> Any:
        """The decoded document. Raises BodyTooLarge, MalformedJson."""
        limit = settings.STRONGROOM_BODY_LIMIT_BYTES
        content = stream.read(limit + 1)
        if len(content) > limit:
            raise BodyTooLarge(f"The body is larger than {limit} bytes.", limit_bytes=limit)
        return decode_json(content)


def decode_json(content: bytes) -> object:
    """The document in the bytes. Raises MalformedJson."""
    try:
        return json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_object_without_repetition,
            parse_float=Decimal,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as error:
        raise MalformedJson("The body is not UTF-8.") from error
    except (ValueError, ArithmeticError) as error:
        raise MalformedJson(f"The body is not JSON: {error}.") from error
    except RecursionError as error:
        raise MalformedJson("The body is nested too deeply.") from error


def _object_without_repetition(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members: dict[str, object] = {}
    for name, value in pairs:
        if name in members:
            raise MalformedJson(f"The name {name!r} stands twice in one object.", field=name)
        members[name] = value
    return members


def _refuse_constant(name: str) -> object:
    raise MalformedJson(f"{name} is no JSON number.")
