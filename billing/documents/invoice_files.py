"""A final invoice as PDF and as CSV, made of nothing but its frozen content."""

import csv
import io
from datetime import date
from typing import Any

from billing.documents.csv_cells import text_cell
from billing.documents.pdf import render_pdf
from billing.errors import InvoiceNotFinal
from billing.models import Invoice

_COLUMNS = (
    "invoice",
    "line",
    "kind",
    "material",
    "material_name",
    "facility",
    "from",
    "to",
    "tonne_days",
    "quantity_kg",
    "rate_usd_per_tonne_day",
    "rate_percent_per_year",
    "rate_basis_points",
    "day_count",
    "fixed_price_usd_per_kg",
    "amount_usd",
)


def render_invoice_pdf(invoice: Invoice) -> bytes:
    """The invoice on paper. The same invoice gives the same bytes. Raises InvoiceNotFinal for a draft."""
    content = _content_of(invoice)
    return render_pdf(template="invoice", data=content, dated=date.fromisoformat(content["issue_date"]))


def render_invoice_csv(invoice: Invoice) -> bytes:
    """One row per line, UTF-8; `to` is the first day not charged. Raises InvoiceNotFinal for a draft."""
    content = _content_of(invoice)
    sheet = io.StringIO(newline="")
    writer = csv.DictWriter(sheet, _COLUMNS, restval="", extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    for line in content["lines"]:
        row = line | {"invoice": content["number"], "line": line["ordinal"]}
        writer.writerow(row | {"material_name": text_cell(line["material_name"])})
    return sheet.getvalue().encode()


def _content_of(invoice: Invoice) -> dict[str, Any]:
    if invoice.content is None:
        raise InvoiceNotFinal("A draft has no documents yet.", field="invoice")
    content: dict[str, Any] = invoice.content
    return content
