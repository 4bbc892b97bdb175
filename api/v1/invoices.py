"""Invoices: the reserve's staff sees all, drafts included; a member the final ones of its firms."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, paged
from api.fields import ChoiceTextField, DollarsField, IdField
from api.files import CsvRenderer, PdfRenderer, file_response
from api.pagination import page_of
from api.serializers import ListQuery, page_schema
from billing.documents.invoice_files import render_invoice_csv, render_invoice_pdf
from billing.domain.decimals import exact_decimal_text
from billing.domain.storage import GRAMS_PER_TONNE
from billing.models import Invoice, InvoiceLine
from billing.selectors import get_invoice_for, invoice_reference, list_invoices_for
from governance.domain.scopes import Area

STATES = [state.value for state in Invoice.State]
RATE_UNITS = {
    InvoiceLine.Kind.STORAGE: "usd_per_tonne_day",
    InvoiceLine.Kind.CARRYING: "percent_per_year",
    InvoiceLine.Kind.UPFRONT: "basis_points",
}


class InvoiceQuery(ListQuery):
    """Which invoices."""

    firm_id = IdField(required=False, help_text="Only invoices of this firm.")
    state = ChoiceTextField(choices=STATES, required=False, help_text="Only invoices in this state.")


class InvoiceItem(serializers.Serializer[Any]):
    """What one firm owes for one month."""

    id = serializers.UUIDField(help_text="Identifier of the invoice.")
    number = serializers.SerializerMethodField(help_text="Number, such as INV-000001; `draft` until final.")
    firm_id = serializers.UUIDField(help_text="The firm.")
    firm_name = serializers.CharField(source="firm.legal_name", help_text="Its legal name.")
    state = serializers.ChoiceField(choices=STATES, help_text="A final invoice never changes.")
    starts_on = serializers.DateField(help_text="First day charged.")
    ends_on = serializers.DateField(help_text="First day not charged.")
    issue_date = serializers.DateField(allow_null=True, help_text="When it was issued; null for a draft.")
    due_date = serializers.DateField(allow_null=True, help_text="When it is due; null for a draft.")
    total_usd = DollarsField(source="total_cents", help_text="Total in USD.")
    already_posted_usd = serializers.SerializerMethodField(
        help_text="Part of the total that was charged before the invoice, in USD (the up-front fee)."
    )
    sha256 = serializers.CharField(help_text="Hash of what a final invoice prints; empty for a draft.")

    def get_number(self, invoice: Invoice) -> str:
        """The number as people write it."""
        return invoice_reference(invoice)

    def get_already_posted_usd(self, invoice: Invoice) -> str:
        """What the firm's account was charged with before."""
        return DollarsField().to_representation(invoice.total_cents - invoice.posted_cents)


class InvoiceLineItem(serializers.Serializer[Any]):
    """One amount and what it was calculated from."""

    ordinal = serializers.IntegerField(help_text="Place on the invoice, from 1.")
    kind = serializers.ChoiceField(choices=InvoiceLine.Kind.values, help_text="What is charged.")
    material = serializers.CharField(source="material.code", help_text="Code of the material.")
    facility = serializers.CharField(
        source="facility.code", allow_null=True, default=None, help_text="Where it was stored."
    )
    starts_on = serializers.DateField(help_text="First day charged.")
    ends_on = serializers.DateField(help_text="First day not charged.")
    tonne_days = serializers.SerializerMethodField(
        help_text="Tonnes times days, exact decimal text; null for an up-front fee."
    )
    rate = serializers.SerializerMethodField(help_text="The rate as decimal text, in `rate_unit`.")
    rate_unit = serializers.SerializerMethodField(
        help_text="usd_per_tonne_day, percent_per_year or basis_points."
    )
    day_count = serializers.CharField(help_text="Day count of a carrying cost; else empty.")
    fixed_price_usd_per_kg = serializers.DecimalField(
        max_digits=18,
        decimal_places=6,
        allow_null=True,
        help_text="Price that a carrying cost is charged on.",
    )
    amount_usd = DollarsField(source="amount_cents", help_text="Amount in USD.")
    trace = serializers.JSONField(
        help_text="Accounts, journals and transfers it follows from; masses in grams."
    )

    def get_tonne_days(self, line: InvoiceLine) -> str | None:
        """Exact text."""
        return None if line.gram_days is None else exact_decimal_text(line.gram_days, GRAMS_PER_TONNE)

    def get_rate(self, line: InvoiceLine) -> str:
        """Plain text without trailing zeros."""
        rate: Decimal = line.rate
        return format(rate.normalize() if rate else Decimal(0), "f")

    def get_rate_unit(self, line: InvoiceLine) -> str:
        """By kind."""
        return RATE_UNITS[InvoiceLine.Kind(line.kind)]


class InvoiceDetail(InvoiceItem):
    """An invoice with its lines."""

    lines = InvoiceLineItem(source="lines.all", many=True, help_text="In their order on the invoice.")


class InvoiceListEndpoint(Endpoint):
    """Invoices, latest month first."""

    area = Area.BILLING
    query_serializer = InvoiceQuery

    @extend_schema(operation_id="listInvoices", parameters=[InvoiceQuery], responses=page_schema(InvoiceItem))
    def get(self, _request: Request) -> Response:
        """List the invoices you may see, latest month first."""
        rows = list_invoices_for(self.actor)
        wanted = {name: self.query[name] for name in ("firm_id", "state") if name in self.query}
        page = page_of(
            rows.filter(**wanted),
            order=("-ends_on", "id"),
            limit=self.query["limit"],
            cursor=self.query.get("cursor"),
        )
        return paged(page, InvoiceItem)


class InvoiceEndpoint(Endpoint):
    """One invoice."""

    area = Area.BILLING

    @extend_schema(operation_id="readInvoice", responses=InvoiceDetail)
    def get(self, _request: Request, invoice_id: UUID) -> Response:
        """Read an invoice with its lines."""
        return Response(InvoiceDetail(get_invoice_for(self.actor, invoice_id)).data)


class InvoiceCsvEndpoint(Endpoint):
    """A final invoice as CSV."""

    area = Area.BILLING
    renderer_classes = (CsvRenderer,)

    @extend_schema(operation_id="readInvoiceCsv", responses={(200, "text/csv"): OpenApiTypes.STR})
    def get(self, _request: Request, invoice_id: UUID) -> Response:
        """The lines of a final invoice as CSV."""
        invoice = get_invoice_for(self.actor, invoice_id)
        content = render_invoice_csv(invoice)
        return file_response(content, filename=f"{invoice_reference(invoice)}.csv")


class InvoicePdfEndpoint(Endpoint):
    """A final invoice on paper."""

    area = Area.BILLING
    renderer_classes = (PdfRenderer,)

    @extend_schema(operation_id="readInvoicePdf", responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, _request: Request, invoice_id: UUID) -> Response:
        """A final invoice as PDF."""
        invoice = get_invoice_for(self.actor, invoice_id)
        content = render_invoice_pdf(invoice)
        return file_response(content, filename=f"{invoice_reference(invoice)}.pdf")
