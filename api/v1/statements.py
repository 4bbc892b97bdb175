"""The statement of account of a firm for a month."""

from datetime import date
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint
from api.errors import MalformedDate
from api.fields import DollarsField, KilogramsField, parse_month
from api.files import CsvRenderer, PdfRenderer, file_response
from billing.documents.statement_files import render_statement_csv, render_statement_pdf
from billing.selectors import get_statement_for
from governance.domain.scopes import Area

MONTH = OpenApiParameter(
    "month",
    {"type": "string", "pattern": r"^[0-9]{4}-(0[1-9]|1[0-2])$", "example": "2026-03"},
    OpenApiParameter.PATH,
    description="The month, such as 2026-03.",
)


class MoneyEntry(serializers.Serializer[Any]):
    """One movement of what the firm owes."""

    day = serializers.DateField(help_text="Day it is effective.")
    text = serializers.CharField(help_text="What it was.")
    journal_id = serializers.IntegerField(help_text="Journal in the ledger.")
    amount_usd = DollarsField(source="amount", help_text="USD; above zero the firm owes more.")
    balance_usd = DollarsField(source="balance", help_text="Owed after it, in USD.")


class MaterialEntry(serializers.Serializer[Any]):
    """One movement of a position."""

    day = serializers.DateField(help_text="Day it is effective.")
    text = serializers.CharField(help_text="What it was.")
    journal_id = serializers.IntegerField(help_text="Journal in the ledger.")
    amount_kg = KilogramsField(source="amount", help_text="Kilograms; above zero the position grew.")
    balance_kg = KilogramsField(source="balance", help_text="Position after it, in kg.")


class MoneyAccount(serializers.Serializer[Any]):
    """What the firm owes over the month."""

    opening_usd = DollarsField(source="opening", help_text="Owed when the month began, in USD.")
    entries = MoneyEntry(many=True, help_text="Every movement, in order.")
    closing_usd = DollarsField(source="closing", help_text="Owed when the month ended, in USD.")


class MaterialAccount(serializers.Serializer[Any]):
    """A position over the month."""

    material = serializers.CharField(source="code", help_text="Code of the material.")
    name = serializers.CharField(help_text="Its name.")
    opening_kg = KilogramsField(source="opening", help_text="Position when the month began, in kg.")
    entries = MaterialEntry(many=True, help_text="Every movement, in order.")
    closing_kg = KilogramsField(source="closing", help_text="Position when the month ended, in kg.")


class StatementDetail(serializers.Serializer[Any]):
    """A firm's month."""

    firm_id = serializers.UUIDField(source="firm.id", help_text="The firm.")
    firm_name = serializers.CharField(source="firm.legal_name", help_text="Its legal name.")
    first_day = serializers.DateField(help_text="First day of the month.")
    last_day = serializers.DateField(help_text="Last day of the month.")
    money = MoneyAccount(help_text="What it owes.")
    materials = MaterialAccount(many=True, help_text="Its positions.")


class StatementEndpoint(Endpoint):
    """A statement as JSON."""

    area = Area.BILLING

    @extend_schema(operation_id="readStatement", parameters=[MONTH], responses=StatementDetail)
    def get(self, _request: Request, firm_id: UUID, month: str) -> Response:
        """A firm's statement of account for a month."""
        return Response(StatementDetail(get_statement_for(self.actor, firm_id, _first_day(month))).data)


class StatementCsvEndpoint(Endpoint):
    """A statement as CSV."""

    area = Area.BILLING
    renderer_classes = (CsvRenderer,)

    @extend_schema(
        operation_id="readStatementCsv",
        parameters=[MONTH],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, _request: Request, firm_id: UUID, month: str) -> Response:
        """A firm's statement of account for a month as CSV."""
        statement = get_statement_for(self.actor, firm_id, _first_day(month))
        return file_response(render_statement_csv(statement), filename=f"statement-{month}.csv")


class StatementPdfEndpoint(Endpoint):
    """A statement on paper."""

    area = Area.BILLING
    renderer_classes = (PdfRenderer,)

    @extend_schema(
        operation_id="readStatementPdf",
        parameters=[MONTH],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, _request: Request, firm_id: UUID, month: str) -> Response:
        """A firm's statement of account for a month as PDF."""
        statement = get_statement_for(self.actor, firm_id, _first_day(month))
        return file_response(render_statement_pdf(statement), filename=f"statement-{month}.pdf")


def _first_day(text: str) -> date:
    day = parse_month(text)
    if day is None:
        raise MalformedDate("Send a month such as 2026-03.", field="month")
    return day
