"""Provenance: the share of the stock from home and allied countries, and which countries those are."""

from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint
from api.fields import DayField, KilogramsField, PercentField, TextField
from api.v1.enrolment import StepReason
from api.v1.prices import DayQuery
from api.v1.proposals import ProposalItem
from governance.domain.roles import STAFF_ROLES, Role
from governance.domain.scopes import Area
from governance.selectors import get_policy
from reserve.domain.provenance import percent_for_display
from reserve.selectors import Provenance, list_allied_countries, list_provenance
from reserve.services import propose_allied_countries


class NewAlliedCountries(StepReason):
    """A list of countries."""

    countries = serializers.ListField(
        child=TextField(max_length=2, help_text="ISO 3166 code."),
        max_length=250,
        help_text="Allied countries; the home country always counts.",
    )
    effective_from = DayField(help_text="First day it holds; it can't have passed.")


class ProvenanceItem(serializers.Serializer[Any]):
    """One material's shares."""

    material = serializers.CharField(source="material_code", help_text="Code of the material.")
    accepted_kg = KilogramsField(source="shares.total_g", help_text="Kilograms measured.")
    refined_percent = serializers.SerializerMethodField(help_text="Refined at home or allied, in percent.")
    mined_percent = serializers.SerializerMethodField(help_text="Mined at home or allied, in percent.")
    is_target_met = serializers.BooleanField(allow_null=True, help_text="Null without stock.")

    def get_refined_percent(self, item: Provenance) -> str | None:
        """Two decimals, half-up; whether the target is met is decided on the exact share."""
        share = item.shares.refined_share
        return None if share is None else f"{percent_for_display(share):f}"

    def get_mined_percent(self, item: Provenance) -> str | None:
        """Two decimals, half-up."""
        share = item.shares.mined_share
        return None if share is None else f"{percent_for_display(share):f}"


PROVENANCE_ANSWER = inline_serializer(
    name="ProvenanceReport",
    fields={
        "items": ProvenanceItem(many=True, help_text="Materials with accepted stock."),
        "countries": serializers.ListField(
            child=serializers.CharField(), help_text="Home and allied countries in force that day."
        ),
        "target_percent": PercentField(help_text="The policy's target for the refined share."),
        "target_year": serializers.IntegerField(help_text="Year by whose end it is to be met."),
    },
)


class ProvenanceEndpoint(Endpoint):
    """The report."""

    area = Area.RESERVE

    roles = STAFF_ROLES
    query_serializer = DayQuery

    @extend_schema(operation_id="readProvenance", parameters=[DayQuery], responses=PROVENANCE_ANSWER)
    def get(self, _request: Request) -> Response:
        """Read each material's share from home and allied countries as of a day, against the target."""
        policy, at = get_policy(), self.query.get("at")
        items = ProvenanceItem(list_provenance(policy=policy, at=at), many=True).data
        return Response(
            {
                "items": items,
                "countries": list_allied_countries(at=at),
                "target_percent": f"{policy.provenance_target_percent:f}",
                "target_year": policy.provenance_target_year,
            }
        )


class AlliedCountriesEndpoint(Endpoint):
    """The list."""

    area = Area.RESERVE

    roles = (Role.ADMINISTRATOR,)

    @extend_schema(
        operation_id="proposeAlliedCountries", request=NewAlliedCountries, responses={201: ProposalItem}
    )
    def post(self, _request: Request) -> Response:
        """Put a list of allied countries before a second person."""
        proposal = propose_allied_countries(actor=self.actor, **self.read(NewAlliedCountries))
        return Response(ProposalItem(proposal).data, status=201)
