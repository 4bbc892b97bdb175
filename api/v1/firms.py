"""Firms: a member sees its own, the reserve's staff all of them."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, paged
from api.fields import DollarsField
from api.pagination import page_of
from api.serializers import ListQuery, page_schema
from governance.domain.scopes import Area
from members.models import Firm
from members.selectors import get_firm_for, list_firms_for

STATES = [state.value for state in Firm.State]


class FirmItem(serializers.Serializer[Any]):
    """An applicant, member or former member."""

    id = serializers.UUIDField(help_text="Identifier of the firm.")
    legal_name = serializers.CharField(help_text="Legal name.")
    lei = serializers.CharField(help_text="Legal entity identifier (ISO 17442); may be empty.")
    country = serializers.CharField(help_text="Country, ISO 3166 two letters.")
    sector = serializers.CharField(help_text="Sector; may be empty.")
    state = serializers.ChoiceField(choices=STATES, help_text="Where it stands in its life cycle.")
    credit_limit_usd = DollarsField(
        source="credit_limit_cents", allow_null=True, help_text="Credit limit in USD; null if none is set."
    )
    applied_at = serializers.DateTimeField(help_text="When it applied.")


class FirmListEndpoint(Endpoint):
    """Firms by name."""

    area = Area.FIRMS
    query_serializer = ListQuery

    @extend_schema(operation_id="listFirms", parameters=[ListQuery], responses=page_schema(FirmItem))
    def get(self, _request: Request) -> Response:
        """List the firms you may see."""
        page = page_of(
            list_firms_for(self.actor),
            order=("legal_name", "id"),
            limit=self.query["limit"],
            cursor=self.query.get("cursor"),
        )
        return paged(page, FirmItem)


class FirmEndpoint(Endpoint):
    """One firm."""

    area = Area.FIRMS

    @extend_schema(operation_id="readFirm", responses=FirmItem)
    def get(self, _request: Request, firm_id: UUID) -> Response:
        """Read a firm."""
        return Response(FirmItem(get_firm_for(self.actor, firm_id)).data)
