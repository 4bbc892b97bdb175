"""Drawdowns: what a firm takes out of its position, from the quote to the delivery."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from allocations.models import Drawdown
from allocations.selectors import get_drawdown_for, list_drawdowns_for, quote_drawdown
from allocations.services import submit_drawdown, withdraw_drawdown
from api.endpoints import Endpoint, paged
from api.fields import ChoiceTextField, DayField, DollarsField, IdField, KilogramsField, TextField
from api.idempotency import answer_once
from api.pagination import page_of
from api.serializers import ListQuery, StrictSerializer, page_schema
from governance.domain.scopes import Area

MODES = [mode.value for mode in Drawdown.Mode]
STATES = [state.value for state in Drawdown.State]
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="The same key with the same content gives the first answer again.",
)
_WISH = {
    "firm_id": "8f4f1c2e-0d3c-4b8e-9a51-3c1d5a2b7e10",
    "material": "antimony",
    "quantity_kg": "412.5",
    "mode": "exchange",
}
QUOTE_EXAMPLE = OpenApiExample("On loan", value=_WISH, request_only=True)
EXAMPLE = OpenApiExample(
    "On loan", value=_WISH | {"minimum_kg": "100", "needed_on": "2026-04-15"}, request_only=True
)


class DrawdownWish(StrictSerializer):
    """What is asked for."""

    firm_id = IdField(help_text="The firm that draws.")
    material = TextField(source="material_code", max_length=40, help_text="Code of the material.")
    quantity_kg = KilogramsField(source="quantity_g", help_text="How much, in kg.")
    mode = ChoiceTextField(
        choices=MODES, help_text="`exchange`: on loan, comes back. `purchase`: paid at the fixed price."
    )
    facility = TextField(
        source="facility_code", required=False, max_length=40, help_text="Code of the facility wished for."
    )


class DrawdownRequest(DrawdownWish):
    """What is asked for, and within which bounds."""

    minimum_kg = KilogramsField(
        source="minimum_g", required=False, help_text="The least that helps, in kg; the quantity if left out."
    )
    needed_on = DayField(required=False, help_text="The day it is needed.")


class DrawdownQuery(ListQuery):
    """Which drawdowns."""

    firm_id = IdField(required=False, help_text="Only drawdowns of this firm.")
    state = ChoiceTextField(choices=STATES, required=False, help_text="Only drawdowns in this state.")
    material = TextField(required=False, max_length=40, help_text="Only drawdowns of this material.")


class Reason(StrictSerializer):
    """Why, in words."""

    reason = TextField(
        required=False, allow_blank=True, max_length=2000, default="", help_text="Why; kept with the step."
    )


class FacilityShare(serializers.Serializer[Any]):
    """What comes from one facility."""

    facility = serializers.CharField(help_text="Code of the facility.")
    quantity_kg = serializers.CharField(help_text="How much of it, in kg.")


class DrawdownItem(serializers.Serializer[Any]):
    """One drawdown and how far it is."""

    id = serializers.UUIDField(help_text="Identifier of the drawdown.")
    firm_id = serializers.UUIDField(help_text="The firm that draws.")
    material = serializers.CharField(source="material.code", help_text="Code of the material.")
    mode = serializers.ChoiceField(choices=MODES, help_text="On loan, or bought.")
    state = serializers.ChoiceField(choices=STATES, help_text="Where it stands.")
    award_id = serializers.UUIDField(allow_null=True, help_text="The award it carries out; null normally.")
    quantity_kg = KilogramsField(source="quantity_g", help_text="Asked for, in kg.")
    minimum_kg = KilogramsField(source="minimum_g", help_text="The least that helps, in kg; 0 if not stated.")
    granted_kg = KilogramsField(source="granted_g", help_text="Reserved or delivered, in kg.")
    replenished_kg = KilogramsField(source="replenished_g", help_text="Brought back, in kg.")
    outstanding_kg = KilogramsField(source="outstanding_g", help_text="Granted and not brought back, in kg.")
    facility = serializers.CharField(
        source="facility.code", allow_null=True, default=None, help_text="Facility wished for."
    )
    facilities = serializers.SerializerMethodField(help_text="Where the granted quantity comes from.")
    needed_on = serializers.DateField(allow_null=True, help_text="The day it is needed.")
    submitted_at = serializers.DateTimeField(help_text="When it was asked for.")
    delivered_at = serializers.DateTimeField(allow_null=True, help_text="When it left.")
    due_on = serializers.DateField(allow_null=True, help_text="By when a loan must be back.")
    price_usd = DollarsField(
        source="price_cents", allow_null=True, help_text="What a purchase costs, in USD."
    )
    policy_version = serializers.IntegerField(
        source="policy_version.number", help_text="Policy that it was last decided by."
    )

    def get_facilities(self, drawdown: Drawdown) -> list[dict[str, str]]:
        """Facility codes with decimal text."""
        as_text = KilogramsField().to_representation
        return [{"facility": code, "quantity_kg": as_text(int(grams))} for code, grams in drawdown.facilities]


class StepItem(serializers.Serializer[Any]):
    """One step of a drawdown's life."""

    to_state = serializers.ChoiceField(choices=STATES, help_text="Where it led.")
    at = serializers.DateTimeField(help_text="When.")
    reason = serializers.CharField(help_text="Why; may be empty.")


class DrawdownDetail(DrawdownItem):
    """A drawdown with its steps."""

    steps = StepItem(source="transitions.all", many=True, help_text="Every step, oldest first.")


class BoundItem(serializers.Serializer[Any]):
    """How much of the quantity one rule allows."""

    limit = serializers.CharField(help_text="Code of the rule; it is also the code of the refusal.")
    allowed_kg = serializers.CharField(help_text="What it allows, in kg; never above what was asked for.")


class QuoteDetail(serializers.Serializer[Any]):
    """What a drawdown would give now. Nothing is kept."""

    firm_id = serializers.UUIDField(help_text="The firm.")
    material = serializers.CharField(source="material_code", help_text="Code of the material.")
    mode = serializers.ChoiceField(choices=MODES, help_text="On loan, or bought.")
    requested_kg = KilogramsField(source="requested_g", help_text="Asked for, in kg.")
    obtainable_kg = KilogramsField(source="obtainable_g", help_text="What of it would be possible, in kg.")
    limit = serializers.CharField(
        allow_null=True, help_text="What stands in the way of more; null if nothing."
    )
    bounds = serializers.SerializerMethodField(help_text="How much each rule allows.")
    facilities = serializers.SerializerMethodField(help_text="Where it would come from.")
    price_usd = DollarsField(source="price_cents", allow_null=True, help_text="Cost of a purchase, in USD.")
    replenish_kg = KilogramsField(source="replenish_g", help_text="To be brought back, in kg.")
    rebuy_kg = KilogramsField(source="rebuy_g", help_text="To be bought again at the fixed price, in kg.")
    due_on = serializers.DateField(allow_null=True, help_text="By when, if delivered today.")

    def get_bounds(self, quote: Any) -> list[dict[str, str]]:
        """Rule codes with decimal text."""
        as_text = KilogramsField().to_representation
        return [{"limit": code, "allowed_kg": as_text(grams)} for code, grams in quote.bounds]

    def get_facilities(self, quote: Any) -> list[dict[str, str]]:
        """Facility codes with decimal text."""
        as_text = KilogramsField().to_representation
        return [{"facility": code, "quantity_kg": as_text(grams)} for code, grams in quote.facilities]


class DrawdownListEndpoint(Endpoint):
    """Drawdowns, latest first."""

    area = Area.DRAWDOWNS
    query_serializer = DrawdownQuery

    @extend_schema(
        operation_id="listDrawdowns", parameters=[DrawdownQuery], responses=page_schema(DrawdownItem)
    )
    def get(self, _request: Request) -> Response:
        """List the drawdowns you may see, latest first."""
        wanted = self.query
        rows = list_drawdowns_for(
            self.actor,
            firm_id=wanted.get("firm_id"),
            states=[wanted["state"]] if "state" in wanted else None,
            material_codes=[wanted["material"]] if "material" in wanted else None,
        ).select_related("policy_version")
        page = page_of(
            rows, order=("-submitted_at", "id"), limit=wanted["limit"], cursor=wanted.get("cursor")
        )
        return paged(page, DrawdownItem)

    @extend_schema(
        operation_id="submitDrawdown",
        parameters=[IDEMPOTENCY_KEY],
        request=DrawdownRequest,
        responses={201: DrawdownDetail},
        examples=[EXAMPLE],
    )
    def post(self, request: Request) -> HttpResponse:
        """Ask for material out of the firm's position. Nothing is reserved before it is approved."""
        wish = self.read(DrawdownRequest)

        def submit() -> Response:
            return sent_drawdown(submit_drawdown(actor=self.actor, **wish), status=201)

        return answer_once(request, actor=self.actor, route="submitDrawdown", effect=submit)


class DrawdownQuoteEndpoint(Endpoint):
    """Dry runs."""

    area = Area.DRAWDOWNS
    stores_nothing = True

    @extend_schema(
        operation_id="quoteDrawdown", request=DrawdownWish, responses=QuoteDetail, examples=[QUOTE_EXAMPLE]
    )
    def post(self, _request: Request) -> Response:
        """What a drawdown would give now, from where, at what price, and what must come back."""
        return Response(QuoteDetail(quote_drawdown(actor=self.actor, **self.read(DrawdownWish))).data)


class DrawdownEndpoint(Endpoint):
    """One drawdown."""

    area = Area.DRAWDOWNS

    @extend_schema(operation_id="readDrawdown", responses=DrawdownDetail)
    def get(self, _request: Request, drawdown_id: UUID) -> Response:
        """Read a drawdown with its steps."""
        return sent_drawdown(get_drawdown_for(self.actor, drawdown_id))


class DrawdownWithdrawalEndpoint(Endpoint):
    """Giving one up."""

    area = Area.DRAWDOWNS

    @extend_schema(operation_id="withdrawDrawdown", request=Reason, responses=DrawdownDetail)
    def post(self, _request: Request, drawdown_id: UUID) -> Response:
        """Give up a drawdown that was not delivered; what was reserved is free again."""
        values = self.read(Reason)
        return sent_drawdown(withdraw_drawdown(drawdown_id=drawdown_id, actor=self.actor, **values))


def sent_drawdown(drawdown: Drawdown, *, status: int = 200) -> Response:
    """A drawdown with its steps, as it is sent."""
    return Response(DrawdownDetail(drawdown).data, status=status)
