"""Transfers of rights: a part of a commitment, with its position, goes from one member to another."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import INPUT_NAMES, Endpoint, paged
from api.fields import IdField, KilogramsField, TextField
from api.pagination import page_of
from api.serializers import ListQuery, StrictSerializer, page_schema
from api.v1.proposals import ProposalItem
from governance.domain.roles import Role
from governance.domain.scopes import Area
from members.domain.requests import RightsTransferRequest
from members.selectors import get_commitment_for, list_rights_transfers_for, with_both_sides
from members.services import propose_rights_transfer


class NewRightsTransfer(StrictSerializer):
    """What both members agreed on."""

    to_agreement_id = IdField(help_text="The buyer's agreement under which it takes the part over.")
    quantity_kg = KilogramsField(source="quantity_g", help_text="Kilograms of the commitment that are sold.")
    position_kg = KilogramsField(
        source="position_g",
        help_text="Of these, kilograms that are in the seller's position; the rest is still to be bought.",
    )
    reason = TextField(max_length=2000, help_text="Why, and which papers of both sides say so.")


class RightsTransferItem(serializers.Serializer[Any]):
    """One transfer of rights, as either side sees it."""

    id = serializers.UUIDField(help_text="Identifier of the transfer.")
    commitment_id = serializers.UUIDField(help_text="The seller's commitment.")
    taken_over_as_id = serializers.UUIDField(help_text="The commitment that the buyer took over.")
    from_firm_id = serializers.UUIDField(help_text="The seller.")
    from_firm = serializers.CharField(source="from_firm.legal_name", help_text="Legal name of the seller.")
    to_firm_id = serializers.UUIDField(help_text="The buyer.")
    to_firm = serializers.CharField(source="to_firm.legal_name", help_text="Legal name of the buyer.")
    material = serializers.CharField(source="commitment.material.code", help_text="Code of the material.")
    quantity_kg = KilogramsField(source="quantity_g", help_text="Kilograms committed that were sold.")
    position_kg = KilogramsField(source="position_g", help_text="Of these, kilograms in position.")
    effective_at = serializers.DateTimeField(help_text="Since when it holds: when it was approved.")
    journal_id = serializers.IntegerField(help_text="The journal that moved both.")


class RightsTransferProposalEndpoint(Endpoint):
    """A transfer of rights needs a second person."""

    area = Area.COMMITMENTS
    roles = (Role.ADMINISTRATOR,)
    input_names = INPUT_NAMES | {
        "position": "position_kg",
        "agreement": "to_agreement_id",
        "to_agreement": "to_agreement_id",
    }

    @extend_schema(
        operation_id="proposeRightsTransfer", request=NewRightsTransfer, responses={201: ProposalItem}
    )
    def post(self, _request: Request, firm_id: UUID, commitment_id: UUID) -> Response:
        """Put the sale of a part of a commitment before a second person; approving moves the rights."""
        sold = get_commitment_for(self.actor, firm_id, commitment_id)
        values = self.read(NewRightsTransfer)
        reason = values.pop("reason")
        wish = RightsTransferRequest(commitment_id=sold.id, **values)
        proposal = propose_rights_transfer(wish=wish, actor=self.actor, reason=reason)
        return Response(ProposalItem(proposal).data, status=201)


class RightsTransferListEndpoint(Endpoint):
    """Transfers of rights of one firm."""

    area = Area.COMMITMENTS
    query_serializer = ListQuery

    @extend_schema(
        operation_id="listRightsTransfers", parameters=[ListQuery], responses=page_schema(RightsTransferItem)
    )
    def get(self, _request: Request, firm_id: UUID) -> Response:
        """List what the firm sold to and bought from other members, latest first."""
        page = page_of(
            list_rights_transfers_for(self.actor, firm_id),
            order=("-effective_at", "id"),
            limit=self.query["limit"],
            cursor=self.query.get("cursor"),
        )
        return paged(replace(page, items=with_both_sides(page.items)), RightsTransferItem)
