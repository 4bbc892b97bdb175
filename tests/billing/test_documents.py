"""Documents: tagged, the same to the byte, and printable whatever a firm is called."""

import csv
import io
import unicodedata
from datetime import date
from typing import Any

import pytest

from billing.documents.csv_cells import text_cell
from billing.documents.invoice_files import render_invoice_csv, render_invoice_pdf
from billing.documents.pdf import render_pdf
from billing.documents.printable import printable
from billing.errors import InvoiceNotFinal
from billing.models import Invoice


def content(*, name: str = "Acme (example)", lines: int = 1) -> dict[str, Any]:
    line = {
        "ordinal": 1,
        "kind": "storage",
        "material": "antimony",
        "material_name": "Antimony",
        "facility": "east-vault",
        "facility_name": "East vault",
        "from": "2026-03-01",
        "to": "2026-04-01",
        "tonne_days": "157.5",
        "rate_usd_per_tonne_day": "0.62",
        "amount_usd": "97.65",
    }
    return {
        "number": "INV-2026-000001",
        "issue_date": "2026-04-13",
        "due_date": "2026-04-27",
        "period": {"from": "2026-03-01", "to": "2026-04-01"},
        "issuer": "Strongroom",
        "firm": {"id": "1", "legal_name": name, "lei": "", "country": "US"},
        "lines": [line | {"ordinal": number} for number in range(1, lines + 1)],
        "totals": {
            "storage_usd": "97.65",
            "carrying_usd": "0.00",
            "upfront_usd": "0.00",
            "total_usd": "97.65",
        },
    }


def invoice_of(**more: Any) -> Invoice:
    return Invoice(content=content(**more))


def test_the_pdf_is_tagged_for_screen_readers_and_says_so() -> None:
    pdf = render_pdf(template="invoice", data=content(), dated=date(2026, 4, 13))
    assert b"/MarkInfo" in pdf
    assert b"pdfuaid:part" in pdf or b"pdfuaid" in pdf


def test_the_same_invoice_gives_the_same_bytes() -> None:
    assert render_invoice_pdf(invoice_of()) == render_invoice_pdf(invoice_of())
    assert render_invoice_pdf(invoice_of()) != render_invoice_pdf(invoice_of(name="Other (example)"))


@pytest.mark.parametrize(
    "name",
    [
        "An exceedingly long name of a company with limited liability, " * 6,
        "Żółć Ελλάδα Львів Đặng \u2014 \u00abS\u00e0rl\u00bb (example)",
        "\u682a\u5f0f\u4f1a\u793e \U0001f4b0 \u0627\u0644\u0634\u0631\u0643\u0629",
        '#import "x" $ * _ @ref \\ <label> // comment',
        "line\nbreak\ttab\x00null\u202eright-to-left",
    ],
)
def test_any_name_can_be_printed(name: str) -> None:
    assert render_invoice_pdf(invoice_of(name=name)).startswith(b"%PDF")


def test_every_character_that_counts_as_printable_is() -> None:
    characters = [chr(code) for code in range(0x20, 0x2400) if chr(code) == printable(chr(code))]
    assert len(characters) > 1000
    name = " ".join(character for character in characters if unicodedata.category(character) != "Mn")
    assert render_invoice_pdf(invoice_of(name=name)).startswith(b"%PDF")


def test_many_lines_run_over_pages() -> None:
    pdf = render_invoice_pdf(invoice_of(lines=80))
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type/Page\n") + pdf.count(b"/Type/Page/") >= 2


def test_the_csv_has_a_row_per_line() -> None:
    rows = list(csv.DictReader(io.StringIO(render_invoice_csv(invoice_of(lines=3)).decode())))
    assert [row["line"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["invoice"] == "INV-2026-000001"
    assert (rows[0]["tonne_days"], rows[0]["rate_usd_per_tonne_day"], rows[0]["amount_usd"]) == (
        "157.5",
        "0.62",
        "97.65",
    )
    assert rows[0]["day_count"] == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1"])
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    assert text_cell(text) == f"'{text}"
    assert text_cell(f"x{text}") == f"x{text}"


@pytest.mark.parametrize("render", [render_invoice_pdf, render_invoice_csv])
def test_a_draft_has_no_documents(render: Any) -> None:
    with pytest.raises(InvoiceNotFinal):
        render(Invoice())
