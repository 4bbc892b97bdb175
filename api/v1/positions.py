"""What a firm has to do with each material it committed to."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, paged
from api.fields import CoverDaysField, KilogramsField
from api.pagination import page_of_list
from api.serializers import ListQuery, page_schema
from governance.domain.scopes import Area
from members.selectors import Position, list_positions_for


class PositionItem(serializers.Serializer[Any]):
    """One material of one firm. Masses in kilograms."""

    firm_id = serializers.UUIDField(help_text="The firm.")
    material = serializers.CharField(source="material_code", help_text="Code of the material.")
    held_kg = KilogramsField(source="held_g", help_text="Stock attributed to the firm.")
    reserved_kg = KilogramsField(source="reserved_g", help_text="Of it, promised away by approved drawdowns.")
    available_kg = KilogramsField(source="available_g", help_text="Held and not promised away.")
    lent_kg = KilogramsField(source="lent_g", help_text="Used by others in a disruption; comes back.")
    committed_kg = KilogramsField(source="committed_g", help_text="Committed to buy.")
    unfilled_kg = KilogramsField(source="unfilled_g", help_text="Of it, not yet held by the reserve.")
    rebuy_kg = KilogramsField(source="rebuy_g", help_text="To be bought again at the fixed price.")
    replenish_kg = KilogramsField(source="replenish_g", help_text="To be brought back.")
    use_kg_per_year = KilogramsField(source="use_g_per_year", help_text="Verified use in a year.")
    target_days = serializers.IntegerField(help_text="Days of use that the right covers.")
    right_kg = KilogramsField(source="right_g", help_text="The most the firm may draw.")
    cover_days = CoverDaysField(
        source="days", allow_null=True, help_text="Days of its use that the position covers; null if unknown."
    )


class PositionListEndpoint(Endpoint):
    """Positions of one firm."""

    area = Area.POSITIONS
    query_serializer = ListQuery

    @extend_schema(operation_id="listPositions", parameters=[ListQuery], responses=page_schema(PositionItem))
    def get(self, _request: Request, firm_id: UUID) -> Response:
        """List a firm's positions by material."""
        page = page_of_list(
            list_positions_for(self.actor, firm_id),
            key=_material,
            limit=self.query["limit"],
            cursor=self.query.get("cursor"),
        )
        return paged(page, PositionItem)


def _material(position: Position) -> str:
    return position.material_code
