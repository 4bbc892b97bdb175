"""Everything an invoice prints, as one JSON document that is frozen when the invoice becomes final."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from billing.domain.decimals import exact_decimal_text, trimmed_decimal_text
from billing.domain.storage import GRAMS_PER_TONNE
from billing.models import FeeRun, Invoice, InvoiceLine
from ledger.domain.quantities import format_kg, format_usd
from reserve.models import MaterialVersion
from reserve.selectors import list_materials

FORMAT = "strongroom-invoice/1"
Content = dict[str, object]
TOTALS = tuple(InvoiceLine.Kind)


@dataclass(frozen=True, slots=True)
class Numbering:
    """What an invoice gets when it becomes final."""

    series: str
    number: int
    issue_date: date
    due_date: date

    @property
    def reference(self) -> str:
        """The number as people write it."""
        return f"{self.series}-{self.number:06d}"


def contents_of(
    *, fee_run: FeeRun, invoices: Sequence[Invoice], numbering: Mapping[Invoice, Numbering]
) -> list[Content]:
    """The content of each invoice, in the order given; two queries. Firms are loaded with the invoices."""
    materials = {version.material_id: version for version in list_materials(at=fee_run.month)}
    lines: dict[object, list[InvoiceLine]] = {invoice.id: [] for invoice in invoices}
    rows = InvoiceLine.objects.filter(invoice__in=invoices).select_related("material", "facility")
    for line in rows.order_by("invoice_id", "ordinal"):
        lines[line.invoice_id].append(line)
    return [
        _content_of(fee_run, invoice, lines[invoice.id], numbering[invoice], materials)
        for invoice in invoices
    ]


def _content_of(
    fee_run: FeeRun,
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    numbering: Numbering,
    materials: Mapping[int, MaterialVersion],
) -> Content:
    return {
        "format": FORMAT,
        "number": numbering.reference,
        "issue_date": numbering.issue_date.isoformat(),
        "due_date": numbering.due_date.isoformat(),
        "period": {"from": invoice.starts_on.isoformat(), "to": invoice.ends_on.isoformat()},
        "currency": "USD",
        "issuer": settings.STRONGROOM_ISSUER_NAME,
        "firm": {
            "id": str(invoice.firm_id),
            "legal_name": invoice.firm.legal_name,
            "lei": invoice.firm.lei,
            "country": invoice.firm.country,
        },
        "policy_version": fee_run.policy_version.number,
        "lines": [_line_content(line, materials) for line in lines],
        "totals": {
            **{f"{kind}_usd": format_usd(_total(lines, kind)) for kind in TOTALS},
            "total_usd": format_usd(invoice.total_cents),
        },
    }


def _total(lines: Sequence[InvoiceLine], kind: str) -> int:
    return sum(line.amount_cents for line in lines if line.kind == kind)


def _line_content(line: InvoiceLine, materials: Mapping[int, MaterialVersion]) -> Content:
    version = materials.get(line.material_id)
    written: Content = {
        "ordinal": line.ordinal,
        "kind": line.kind,
        "material": line.material.code,
        "material_name": version.name if version else line.material.code,
        "from": line.starts_on.isoformat(),
        "to": line.ends_on.isoformat(),
        **_quantity_of(line),
        **_rate_of(line),
        "amount_usd": format_usd(line.amount_cents),
    }
    if line.facility is not None:
        written |= {"facility": line.facility.code, "facility_name": line.facility.name}
    if line.fixed_price_usd_per_kg is not None:
        written["fixed_price_usd_per_kg"] = trimmed_decimal_text(
            line.fixed_price_usd_per_kg, least_decimals=2
        )
    return written


def _quantity_of(line: InvoiceLine) -> Content:
    if line.gram_days is not None:
        return {"tonne_days": exact_decimal_text(line.gram_days, GRAMS_PER_TONNE)}
    return {"quantity_kg": format_kg(line.trace["quantity_g"])}


def _rate_of(line: InvoiceLine) -> Content:
    if line.kind == InvoiceLine.Kind.UPFRONT:
        return {"rate_basis_points": trimmed_decimal_text(line.rate, least_decimals=0)}
    rate = trimmed_decimal_text(line.rate, least_decimals=2)
    if line.kind == InvoiceLine.Kind.STORAGE:
        return {"rate_usd_per_tonne_day": rate}
    return {"rate_percent_per_year": rate, "day_count": line.day_count}
