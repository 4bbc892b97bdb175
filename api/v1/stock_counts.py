"""Stock counts: the sheet to count by, what was counted, and the adjustment by two people."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, paged
from api.fields import InstantField, KilogramsField, TextField
from api.pagination import page_of
from api.serializers import ListQuery, StrictSerializer, page_schema
from api.v1.enrolment import StepReason
from api.v1.lots import LOT_INPUT_NAMES
from api.v1.proposals import ProposalItem
from governance.domain.roles import STAFF_ROLES, Role
from governance.domain.scopes import Area
from members.services import propose_stock_adjustment, record_stock_count
from reserve.models import StockCount
from reserve.selectors import get_count_sheet, list_stock_counts

STATES = [state.value for state in StockCount.State]


class NewStockCount(StrictSerializer):
    """What was counted."""

    facility = TextField(source="facility_code", max_length=40, help_text="Code of the facility.")
    material = TextField(source="material_code", max_length=40, help_text="Code of the material.")
    counted_kg = KilogramsField(source="counted_g", help_text="Kilograms found; 0 if none.")
    counted_at = InstantField(help_text="When it was counted; the book of that moment is compared.")
    note = TextField(required=False, max_length=2000, help_text="What is worth saying about it.")


class SheetQuery(StrictSerializer):
    """What is to be counted."""

    facility = TextField(max_length=40, help_text="Code of the facility.")
    material = TextField(max_length=40, help_text="Code of the material.")
    at = InstantField(required=False, help_text="The book as of this moment; now if left out.")


class StockCountItem(serializers.Serializer[Any]):
    """A count beside the book."""

    id = serializers.UUIDField(help_text="Identifier of the count.")
    facility = serializers.CharField(source="facility.code", help_text="Code of the facility.")
    material = serializers.CharField(source="material.code", help_text="Code of the material.")
    counted_kg = KilogramsField(source="counted_g", help_text="Kilograms found.")
    book_kg = KilogramsField(source="book_g", help_text="Kilograms by the book as of that moment.")
    difference_kg = KilogramsField(source="difference_g", help_text="Found less book.")
    counted_at = serializers.DateTimeField(help_text="When it was counted.")
    note = serializers.CharField(help_text="What is worth saying about it.")
    state = serializers.ChoiceField(choices=STATES, help_text="`differs` waits for an adjustment.")
    adjusted_at = serializers.DateTimeField(allow_null=True, help_text="When the book was adjusted.")


class SheetLotItem(serializers.Serializer[Any]):
    """A lot on a sheet."""

    number = serializers.CharField(help_text="Number of the lot.")
    net_kg = KilogramsField(source="net_g", help_text="Net weight it was taken in with.")
    producer = serializers.CharField(help_text="Who made it.")


class CountSheetItem(serializers.Serializer[Any]):
    """What is to be found."""

    facility = serializers.CharField(source="facility_code", help_text="Code of the facility.")
    material = serializers.CharField(source="material_code", help_text="Code of the material.")
    book_kg = KilogramsField(source="book_g", help_text="Kilograms by the book.")
    lots = SheetLotItem(many=True, help_text="Lots there now; draws have taken from them without naming one.")


class StockCountListEndpoint(Endpoint):
    """Counts."""

    area = Area.RESERVE

    query_serializer = ListQuery
    roles = STAFF_ROLES
    input_names = LOT_INPUT_NAMES

    @extend_schema(
        operation_id="listStockCounts", parameters=[ListQuery], responses=page_schema(StockCountItem)
    )
    def get(self, _request: Request) -> Response:
        """List stock counts, latest first."""
        page = page_of(
            list_stock_counts(),
            order=("-counted_at", "id"),
            limit=self.query["limit"],
            cursor=self.query.get("cursor"),
        )
        return paged(page, StockCountItem)

    @extend_schema(operation_id="recordStockCount", request=NewStockCount, responses={201: StockCountItem})
    def post(self, _request: Request) -> Response:
        """Record what was counted; it is compared with the book as of that moment."""
        row = record_stock_count(actor=self.actor, **self.read(NewStockCount))
        return Response(StockCountItem(row).data, status=201)


class StockAdjustmentEndpoint(Endpoint):
    """Adjustment."""

    area = Area.RESERVE

    roles = (Role.ADMINISTRATOR,)

    @extend_schema(operation_id="proposeStockAdjustment", request=StepReason, responses={201: ProposalItem})
    def post(self, _request: Request, stock_count_id: UUID) -> Response:
        """Put a count's difference before a second person; approving posts it."""
        values = self.read(StepReason)
        proposal = propose_stock_adjustment(stock_count_id=stock_count_id, actor=self.actor, **values)
        return Response(ProposalItem(proposal).data, status=201)


class CountSheetEndpoint(Endpoint):
    """The sheet."""

    area = Area.RESERVE

    roles = STAFF_ROLES
    query_serializer = SheetQuery

    @extend_schema(operation_id="readCountSheet", parameters=[SheetQuery], responses=CountSheetItem)
    def get(self, _request: Request) -> Response:
        """Read what is to be found of a material in a facility."""
        sheet = get_count_sheet(
            facility_code=self.query["facility"],
            material_code=self.query["material"],
            at=self.query.get("at") or timezone.now(),
        )
        return Response(CountSheetItem(sheet).data)
