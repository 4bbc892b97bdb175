"""Tables that are uploaded: the file itself is the body, its Content-Type says what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, ClassVar, cast

from django.conf import settings
from rest_framework.parsers import BaseParser

from api.endpoints import Endpoint
from api.errors import BodyTooLarge
from intake.errors import EmptyInput

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLE_REQUEST = {CSV: bytes, XLSX: bytes}
"""How such a body is described in the OpenAPI document."""

_CHUNK_BYTES = 64 * 1024
_IN_MEMORY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class UploadedTable:
    """The body as a file, at its beginning, and a name that tells its format."""

    stream: BinaryIO
    filename: str


class _TableParser(BaseParser):
    """Keeps the body aside, in a temporary file once it is large."""

    suffix: ClassVar[str]

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - the framework's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - the framework's signature
    ) -> Any:
        """The body as an UploadedTable. Raises BodyTooLarge, EmptyInput."""
        limit = settings.STRONGROOM_UPLOAD_LIMIT_BYTES
        # Closed, and with it removed, when the request is forgotten.
        kept = SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115
        size = 0
        while chunk := stream.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > limit:
                raise BodyTooLarge(f"The table is larger than {limit} bytes.", limit_bytes=limit)
            kept.write(chunk)
        if not size:
            raise EmptyInput("Send the table as the body.")
        kept.seek(0)
        return UploadedTable(cast(BinaryIO, kept), f"table{self.suffix}")


class CsvTableParser(_TableParser):
    """A table as CSV, UTF-8."""

    media_type = CSV
    suffix = ".csv"


class XlsxTableParser(_TableParser):
    """A table as the first sheet of an XLSX workbook."""

    media_type = XLSX
    suffix = ".xlsx"


class TableEndpoint(Endpoint):
    """An endpoint whose body is a table."""

    parser_classes = (CsvTableParser, XlsxTableParser)

    def table(self) -> UploadedTable:
        """The uploaded table."""
        if not isinstance(self.request.data, UploadedTable):
            raise EmptyInput("Send the table as the body, as text/csv or as an XLSX workbook.")
        return self.request.data
