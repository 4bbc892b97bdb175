"""The catalogue of materials."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, paged
from api.fields import KilogramsField
from api.pagination import page_of_list
from api.serializers import ListQuery, page_schema
from governance.domain.scopes import Area
from reserve.models import MaterialVersion
from reserve.selectors import get_material, list_materials


class MaterialItem(serializers.Serializer[Any]):
    """A material as it is described today."""

    code = serializers.CharField(source="material.code", help_text="Stable code, such as `antimony`.")
    name = serializers.CharField(help_text="Name.")
    symbol = serializers.CharField(help_text="Chemical symbol; may be empty.")
    list_code = serializers.CharField(source="list.code", help_text="The official list it stands on.")
    commercial_form = serializers.CharField(help_text="The form it is traded and held in.")
    cas_number = serializers.CharField(help_text="CAS registry number; may be empty.")
    target_days = serializers.IntegerField(help_text="Days of use the reserve aims to cover.")
    is_high_risk = serializers.BooleanField(help_text="Whether its supply counts as high-risk.")
    allocation_unit_kg = KilogramsField(
        source="allocation_unit_g", help_text="Smallest quantity that can be awarded, in kg."
    )
    storage_class = serializers.CharField(help_text="How it must be stored.")
    hazard_notes = serializers.CharField(help_text="What to mind; may be empty.")
    us_consumption_kg_per_year = KilogramsField(
        source="us_consumption_g_per_year",
        allow_null=True,
        help_text="US consumption in kg per year; null where none is published.",
    )
    consumption_year = serializers.IntegerField(allow_null=True, help_text="Year of that figure.")
    net_import_reliance = serializers.CharField(help_text="Percent of consumption, as published.")
    primary_import_source = serializers.CharField(help_text="Country most imports come from.")
    leading_producer = serializers.CharField(help_text="Country that produces most.")
    figures_source = serializers.CharField(source="source", help_text="Where the figures come from.")
    effective_from = serializers.DateField(help_text="This description holds from this day on.")


class MaterialListEndpoint(Endpoint):
    """Materials by code."""

    area = Area.RESERVE
    query_serializer = ListQuery

    @extend_schema(operation_id="listMaterials", parameters=[ListQuery], responses=page_schema(MaterialItem))
    def get(self, _request: Request) -> Response:
        """List the materials of the catalogue."""
        page = page_of_list(
            list_materials(), key=_code, limit=self.query["limit"], cursor=self.query.get("cursor")
        )
        return paged(page, MaterialItem)


class MaterialEndpoint(Endpoint):
    """One material."""

    area = Area.RESERVE

    @extend_schema(operation_id="readMaterial", responses=MaterialItem)
    def get(self, _request: Request, material_code: str) -> Response:
        """Read a material."""
        return Response(MaterialItem(get_material(material_code=material_code)).data)


def _code(version: MaterialVersion) -> str:
    return version.material.code
