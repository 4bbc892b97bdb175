"""Reading of JSON bodies: bounded, and as strict as every other reading of JSON here."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser

from api.errors import BodyTooLarge
from intake.json_text import read_json


class StrictJsonParser(BaseParser):
    """One JSON document. Numbers with a point or an exponent come as Decimal."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - the framework's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - the framework's signature
    ) -> Any:
        """The decoded document. Raises BodyTooLarge and the refusals of `read_json`."""
        limit = self.limit_bytes()
        content = stream.read(limit + 1)
        if len(content) > limit:
            raise BodyTooLarge(f"The body is larger than {limit} bytes.", limit_bytes=limit)
        return read_json(content)

    def limit_bytes(self) -> int:
        """The longest body that is read."""
        return settings.STRONGROOM_BODY_LIMIT_BYTES


class DocumentJsonParser(StrictJsonParser):
    """A JSON document with files in it: it may be as large as any upload."""

    def limit_bytes(self) -> int:
        """The longest body that is read."""
        return settings.STRONGROOM_UPLOAD_LIMIT_BYTES
