"""Exposure: what members still have to buy at fixed prices, at the market's."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, listed
from api.fields import DayField, DollarsField, KilogramsField, PriceField
from api.serializers import StrictSerializer, page_schema
from api.v1.prices import DayQuery
from governance.domain.roles import STAFF_ROLES
from governance.domain.scopes import Area
from members.selectors import get_exposure, get_exposure_for, list_exposure_history_for


class HistoryQuery(StrictSerializer):
    """From when to when."""

    since = DayField(required=False, help_text="A day of the first month; a year before `until` if left out.")
    until = DayField(required=False, help_text="The last day, in the reserve's time zone; today if left out.")


class ExposureItem(serializers.Serializer[Any]):
    """One firm's obligation in one material."""

    firm_id = serializers.UUIDField(help_text="The firm.")
    material = serializers.CharField(source="material_code", help_text="Code of the material.")
    open_kg = KilogramsField(source="open_g", help_text="Still to be bought, or bought again, in kg.")
    fixed_price_usd_per_kg = PriceField(
        source="shown_price_usd_per_kg",
        help_text="Average of its fixed prices, each counting by its kilograms, in USD per kg; rounded.",
    )
    market_price_usd_per_kg = PriceField(
        source="price.price_usd_per_kg",
        allow_null=True,
        default=None,
        help_text="The published price that counted then, in USD per kg; null without any.",
    )
    price_as_of = serializers.DateField(
        source="price.as_of", allow_null=True, default=None, help_text="The day of that price."
    )
    exposure_usd = DollarsField(
        source="exposure_cents",
        allow_null=True,
        help_text="(market - fixed) x open, in USD; negative is the firm's loss; null without a price.",
    )


class ExposureTotalItem(serializers.Serializer[Any]):
    """What all exposures at the end of a day add up to."""

    day = serializers.DateField(help_text="At the end of this day.")
    total_usd = DollarsField(
        source="total_cents", help_text="Sum over what has a price, in USD; negative is a loss."
    )
    without_price = serializers.ListField(
        child=serializers.CharField(),
        help_text="Codes of materials left out: no price was published by then.",
    )


class FirmExposureReport(ExposureTotalItem):
    """A firm's exposure."""

    items = ExposureItem(many=True, source="exposures", help_text="By material.")


class MaterialExposureItem(serializers.Serializer[Any]):
    """All firms' obligations in one material."""

    material = serializers.CharField(source="material_code", help_text="Code of the material.")
    open_kg = KilogramsField(source="open_g", help_text="Still to be bought, or bought again, in kg.")
    exposure_usd = DollarsField(
        source="exposure_cents",
        allow_null=True,
        help_text="Sum of the firms' exposures, in USD; negative is their loss; null without a price.",
    )


class ExposureReport(ExposureTotalItem):
    """All firms' exposure."""

    items = MaterialExposureItem(many=True, source="by_material", help_text="By material.")


class FirmExposureEndpoint(Endpoint):
    """One firm's."""

    area = Area.POSITIONS
    query_serializer = DayQuery

    @extend_schema(operation_id="readFirmExposure", parameters=[DayQuery], responses=FirmExposureReport)
    def get(self, _request: Request, firm_id: UUID) -> Response:
        """Read a firm's exposure at the end of a day, per material and in total."""
        report = get_exposure_for(self.actor, firm_id, at=self.query.get("at"))
        return Response(FirmExposureReport(report).data)


class FirmExposureHistoryEndpoint(Endpoint):
    """One firm's over time."""

    area = Area.POSITIONS
    query_serializer = HistoryQuery

    @extend_schema(
        operation_id="listFirmExposureHistory",
        parameters=[HistoryQuery],
        responses=page_schema(ExposureTotalItem),
    )
    def get(self, _request: Request, firm_id: UUID) -> Response:
        """List a firm's total exposure at the end of each month, at most 60, and of the last day."""
        days = list_exposure_history_for(
            self.actor, firm_id, first=self.query.get("since"), last=self.query.get("until")
        )
        return listed(days, ExposureTotalItem)


class ExposureEndpoint(Endpoint):
    """Everybody's."""

    area = Area.POSITIONS
    roles = STAFF_ROLES
    query_serializer = DayQuery

    @extend_schema(operation_id="readExposure", parameters=[DayQuery], responses=ExposureReport)
    def get(self, _request: Request) -> Response:
        """Read the exposure of all firms at the end of a day, per material and in total."""
        return Response(ExposureReport(get_exposure(at=self.query.get("at"))).data)
