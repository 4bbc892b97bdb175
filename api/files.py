"""Answers that are files."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response


class _FileRenderer(BaseRenderer):
    """Passes the bytes on."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002 - the framework's signature
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002 - the framework's signature
    ) -> Any:
        """The bytes as they are."""
        return data


class CsvRenderer(_FileRenderer):
    """Comma-separated values, UTF-8."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"


class PdfRenderer(_FileRenderer):
    """A PDF document."""

    media_type = "application/pdf"
    format = "pdf"
    charset = None
    render_style = "binary"


def file_response(content: bytes, *, filename: str) -> Response:
    """A file to keep. The name has letters, digits, points and hyphens only."""
    return Response(content, headers={"Content-Disposition": f'attachment; filename="{filename}"'})
