"""What a firm uses in a year: stated with evidence, verified by somebody else."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, paged
from api.fields import KilogramsField, TextField
from api.pagination import page_of
from api.serializers import ListQuery, NoValues, StrictSerializer, page_schema
from governance.domain.roles import Role
from governance.domain.scopes import Area
from members.domain.requests import AnnualUseRecord
from members.selectors import list_annual_uses_for
from members.services import record_annual_uses, verify_annual_uses


class StatedUse(StrictSerializer):
    """A statement of use."""

    material = TextField(source="material_code", max_length=40, help_text="Code of the material.")
    year = serializers.IntegerField(help_text="Calendar year.")
    quantity_kg = KilogramsField(source="quantity_g", help_text="Kilograms used in that year.")
    evidence = TextField(max_length=2000, help_text="What shows it: report, audit, meter.")


class AnnualUseItem(serializers.Serializer[Any]):
    """A statement of use."""

    id = serializers.IntegerField(help_text="Identifier of the statement.")
    material = serializers.CharField(source="material.code", help_text="Code of the material.")
    year = serializers.IntegerField(help_text="Calendar year.")
    quantity_kg = KilogramsField(source="quantity_g", help_text="Kilograms used in that year.")
    evidence = serializers.CharField(help_text="What shows it.")
    recorded_at = serializers.DateTimeField(help_text="When it was stated.")
    verified_at = serializers.DateTimeField(
        allow_null=True, help_text="When a second person verified it; it counts from then on."
    )


class AnnualUseListEndpoint(Endpoint):
    """Statements of one firm."""

    area = Area.FIRMS
    query_serializer = ListQuery

    @extend_schema(
        operation_id="listAnnualUses", parameters=[ListQuery], responses=page_schema(AnnualUseItem)
    )
    def get(self, _request: Request, firm_id: UUID) -> Response:
        """List a firm's statements of yearly use, latest year first."""
        page = page_of(
            list_annual_uses_for(self.actor, firm_id),
            order=("-year", "id"),
            limit=self.query["limit"],
            cursor=self.query.get("cursor"),
        )
        return paged(page, AnnualUseItem)

    @extend_schema(operation_id="stateAnnualUse", request=StatedUse, responses={201: AnnualUseItem})
    def post(self, _request: Request, firm_id: UUID) -> Response:
        """State how much of a material the firm used in a year. It counts once verified."""
        list_annual_uses_for(self.actor, firm_id)
        use = AnnualUseRecord(firm_id=firm_id, **self.read(StatedUse))
        (row,) = record_annual_uses(uses=[use], actor=self.actor)
        return Response(AnnualUseItem(row).data, status=201)


class AnnualUseVerificationEndpoint(Endpoint):
    """The second person's yes."""

    area = Area.FIRMS
    roles = (Role.APPROVER, Role.ADMINISTRATOR)

    @extend_schema(operation_id="verifyAnnualUse", request=NoValues, responses=AnnualUseItem)
    def post(self, _request: Request, annual_use_id: int) -> Response:
        """Verify a statement that somebody else recorded."""
        self.read(NoValues)
        (row,) = verify_annual_uses(annual_use_ids=[annual_use_id], actor=self.actor)
        return Response(AnnualUseItem(row).data)
