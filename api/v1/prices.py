"""Published prices: series, their history, imports, what has grown stale, and what the stock is worth."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, listed, paged
from api.fields import DayField, DollarsField, InstantField, KilogramsField, PriceField, TextField
from api.pagination import page_of
from api.serializers import ListQuery, StrictSerializer, page_schema
from api.uploads import TABLE_REQUEST, TableEndpoint
from api.v1.proposals import ProposalItem
from governance.domain.roles import STAFF_ROLES, Role
from governance.domain.scopes import Area
from governance.selectors import get_policy
from reserve.selectors import (
    list_price_history,
    list_price_series,
    list_stale_prices,
    list_stock_values,
)
from reserve.services import preview_price_import, propose_price_import


class PriceQuery(ListQuery):
    """Which prices."""

    material = TextField(required=False, max_length=40, help_text="Only this material, by its code.")


class DayQuery(StrictSerializer):
    """As of which day."""

    at = DayField(required=False, help_text="The day in the reserve's time zone; today if left out.")


class ValueQuery(DayQuery):
    """As of which day, and as it was known when."""

    known_at = InstantField(required=False, help_text="As it was known at this time; now if left out.")


class PriceSeriesItem(serializers.Serializer[Any]):
    """One published price of a material."""

    id = serializers.IntegerField(help_text="Identifier of the series.")
    material = serializers.CharField(source="material.code", help_text="Code of the material.")
    name = serializers.CharField(help_text="What is published, by whom, in which unit.")
    is_primary = serializers.BooleanField(help_text="Whether it values the material.")


class PriceItem(serializers.Serializer[Any]):
    """One recorded price; of a series' rows for a day, the one recorded last counts."""

    id = serializers.IntegerField(help_text="Identifier of the row.")
    series_id = serializers.IntegerField(help_text="The series.")
    material = serializers.CharField(source="series.material.code", help_text="Code of the material.")
    as_of = serializers.DateField(help_text="The day it holds from.")
    price_usd_per_kg = PriceField(help_text="USD per kg, as use is counted.")
    published_in = serializers.CharField(source="source", help_text="Where; may be empty.")
    recorded_at = serializers.DateTimeField(help_text="When it was recorded.")


class StalePriceItem(serializers.Serializer[Any]):
    """A material whose newest price is too old."""

    material = serializers.CharField(source="material_code", help_text="Code of the material.")
    as_of = serializers.DateField(allow_null=True, help_text="Day of its newest price; null without any.")
    age_days = serializers.IntegerField(allow_null=True, help_text="Days since then; null without any.")


class StockValueItem(serializers.Serializer[Any]):
    """Accepted stock of a material and what it is worth."""

    material = serializers.CharField(source="material_code", help_text="Code of the material.")
    accepted_kg = KilogramsField(
        source="accepted_g", help_text="Accepted stock at the end of the day, in kg."
    )
    price_usd_per_kg = PriceField(
        source="price.price_usd_per_kg",
        allow_null=True,
        default=None,
        help_text="The price that counted then, in USD per kg; null without any.",
    )
    price_as_of = serializers.DateField(
        source="price.as_of", allow_null=True, default=None, help_text="The day of that price."
    )
    value_usd = DollarsField(
        source="value_cents", allow_null=True, help_text="Stock at that price, in USD; null without a price."
    )


class PriceImportPreview(serializers.Serializer[Any]):
    """What an import would change."""

    new = serializers.IntegerField(source="new_count", help_text="Prices of days not recorded yet.")
    revised = serializers.IntegerField(source="revised_count", help_text="Prices that replace another.")
    unchanged = serializers.IntegerField(source="unchanged_count", help_text="Prices recorded already.")


class PriceSeriesListEndpoint(Endpoint):
    """All series."""

    area = Area.RESERVE

    @extend_schema(operation_id="listPriceSeries", responses=page_schema(PriceSeriesItem))
    def get(self, _request: Request) -> Response:
        """List the price series, those that value a material first."""
        return listed(list_price_series(), PriceSeriesItem)


class PriceListEndpoint(Endpoint):
    """Recorded prices."""

    area = Area.RESERVE
    query_serializer = PriceQuery

    @extend_schema(operation_id="listPrices", parameters=[PriceQuery], responses=page_schema(PriceItem))
    def get(self, _request: Request) -> Response:
        """List recorded prices with their revisions, latest recorded first."""
        rows = list_price_history(material_code=self.query.get("material"))
        page = page_of(
            rows, order=("-recorded_at", "-id"), limit=self.query["limit"], cursor=self.query.get("cursor")
        )
        return paged(page, PriceItem)


class StalePriceListEndpoint(Endpoint):
    """Prices that have grown too old."""

    area = Area.RESERVE
    roles = STAFF_ROLES
    query_serializer = DayQuery

    @extend_schema(
        operation_id="listStalePrices", parameters=[DayQuery], responses=page_schema(StalePriceItem)
    )
    def get(self, _request: Request) -> Response:
        """List materials without a price as fresh as the policy's `price_stale_days` asks."""
        return listed(list_stale_prices(policy=get_policy(), at=self.query.get("at")), StalePriceItem)


class StockValueListEndpoint(Endpoint):
    """What the stock is worth."""

    area = Area.RESERVE
    roles = STAFF_ROLES
    query_serializer = ValueQuery

    @extend_schema(
        operation_id="listStockValues", parameters=[ValueQuery], responses=page_schema(StockValueItem)
    )
    def get(self, _request: Request) -> Response:
        """List the accepted stock of a day at that day's prices."""
        values = list_stock_values(at=self.query.get("at"), known_at=self.query.get("known_at"))
        return listed(values, StockValueItem)


class _PriceTableEndpoint(TableEndpoint):
    """An endpoint whose body is a table of prices."""

    area = Area.RESERVE
    roles = (Role.ADMINISTRATOR, Role.FINANCE)


class PriceImportPreviewEndpoint(_PriceTableEndpoint):
    """A dry run."""

    stores_nothing = True

    @extend_schema(
        operation_id="previewPriceImport", request=TABLE_REQUEST, responses={200: PriceImportPreview}
    )
    def post(self, _request: Request) -> Response:
        """Check a table of prices and say what it would change; nothing is recorded."""
        table = self.table()
        changes = preview_price_import(table=table.stream, filename=table.filename, actor=self.actor)
        return Response(PriceImportPreview(changes).data)


class PriceImportListEndpoint(_PriceTableEndpoint):
    """Imports of prices."""

    @extend_schema(operation_id="proposePriceImport", request=TABLE_REQUEST, responses={201: ProposalItem})
    def post(self, _request: Request) -> Response:
        """Propose the new and revised prices of a table; a second person approves the proposal."""
        table = self.table()
        proposal = propose_price_import(table=table.stream, filename=table.filename, actor=self.actor)
        return Response(ProposalItem(proposal).data, status=201)
