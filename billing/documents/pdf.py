"""PDF documents: typst templates beside this file, filled with JSON. The same JSON gives the same bytes."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Literal

import typst

from billing.documents.printable import printable

TEMPLATES = Path(__file__).parent

# The faces that come with typst, so that a document looks the same on every machine.
_FONTS = typst.Fonts(include_system_fonts=False)


def render_pdf(
    *, template: Literal["invoice", "statement"], data: Mapping[str, object], dated: date
) -> bytes:
    """A tagged PDF (PDF/UA-1). `dated` is the creation date that stands in the file, whenever it is made."""
    return typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=_FONTS,
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(printable(data))},
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(dated, time.min, tzinfo=UTC),
    )
