"""Funding: what can be bought with, tranches and their rates, the ceiling."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import INPUT_NAMES, Endpoint, listed
from api.fields import ChoiceTextField, DayField, DollarsField, PercentField, TextField
from api.idempotency import answer_once
from api.serializers import StrictSerializer, page_schema
from api.v1.drawdowns import IDEMPOTENCY_KEY
from api.v1.proposals import ProposalItem
from governance.domain.roles import STAFF_ROLES, Role
from governance.domain.scopes import Area
from governance.selectors import require_role
from reserve.domain.requests import TrancheSpec
from reserve.models import FundingRate, FundingTranche
from reserve.selectors import get_funding, get_tranche, list_funding_rates
from reserve.services import propose_funding_ceiling, propose_funding_rate, propose_tranche

KINDS = [kind.value for kind in FundingTranche.Kind]
DAY_COUNTS = [count.value for count in FundingTranche.DayCount]
SETTLEMENTS = [settlement.value for settlement in FundingTranche.Settlement]
RATE_KINDS = [kind.value for kind in FundingRate.Kind]
FUNDING_NAMES = INPUT_NAMES | {
    "limit": "limit_usd",
    "amount": "amount_usd",
    "annual_rate": "annual_rate_percent",
    "commitment_fee": "commitment_fee_percent",
    "upfront_fee": "upfront_fee_percent",
    "currency_is_usd": "currency",
}


class TrancheItem(serializers.Serializer[Any]):
    """One tranche: what was agreed, and how it stands."""

    code = serializers.CharField(help_text="Code of the tranche.")
    kind = serializers.ChoiceField(choices=KINDS, help_text="A loan bears interest and is repaid.")
    currency = serializers.CharField(help_text="Its currency.")
    limit_usd = DollarsField(source="limit_cents", help_text="What was committed.")
    drawn_usd = DollarsField(source="drawn_cents", help_text="What was drawn so far.")
    undrawn_usd = DollarsField(source="undrawn_cents", help_text="What can still be drawn.")
    lapsed_usd = DollarsField(
        source="lapsed_cents", help_text="What was given up after the last day of draws."
    )
    principal_usd = DollarsField(
        source="principal_cents", help_text="Drawn and capitalised, less what was repaid."
    )
    interest_owed_usd = DollarsField(
        source="interest_owed_cents", help_text="Interest up to yesterday, neither paid nor capitalised."
    )
    fees_owed_usd = DollarsField(source="fees_owed_cents", help_text="Fees up to yesterday that aren't paid.")
    annual_rate_percent = PercentField(help_text="Interest in force today, in percent per year.")
    commitment_fee_percent = PercentField(help_text="Fee on what isn't drawn, in percent per year.")
    day_count = serializers.ChoiceField(choices=DAY_COUNTS, help_text="How days are counted.")
    interest_period_months = serializers.IntegerField(help_text="Months of an interest period.")
    interest_settlement = serializers.ChoiceField(
        choices=SETTLEMENTS, help_text="Whether a period's interest is paid or added to the principal."
    )
    payment_due_days = serializers.IntegerField(help_text="Days from a period's end to its due date.")
    available_from = serializers.DateField(help_text="First day of draws.")
    available_until = serializers.DateField(allow_null=True, help_text="Last day of draws; null without.")
    matures_on = serializers.DateField(allow_null=True, help_text="When the principal is due; null if open.")


class CeilingItem(serializers.Serializer[Any]):
    """The limit of all purchases that only a further authority can raise."""

    limit_usd = DollarsField(source="limit_cents", help_text="The limit.")
    left_usd = DollarsField(source="left_cents", help_text="What may still be ordered under it.")
    authority_reference = serializers.CharField(help_text="What allows it.")


class FundingItem(serializers.Serializer[Any]):
    """The reserve's purchasing power."""

    cash_usd = DollarsField(source="cash_cents", help_text="Cash.")
    undrawn_usd = DollarsField(source="undrawn_cents", help_text="Committed and not drawn.")
    ordered_usd = DollarsField(source="ordered_cents", help_text="Kept for open purchase orders.")
    payable_usd = DollarsField(source="payable_cents", help_text="Owed to traders.")
    headroom_usd = DollarsField(
        source="headroom_cents", help_text="Cash and undrawn funding that nothing claims yet."
    )
    purchasable_usd = DollarsField(
        source="purchasable_cents", help_text="What may be ordered now: headroom, or less under a ceiling."
    )
    interest_owed_usd = DollarsField(source="interest_owed_cents", help_text="Interest owed to lenders.")
    fees_owed_usd = DollarsField(source="fees_owed_cents", help_text="Fees owed to lenders.")
    ceiling = CeilingItem(allow_null=True, help_text="The ceiling; null where there is none.")
    tranches = TrancheItem(many=True, help_text="Every tranche, in the order in which they are drawn.")


class NewTranche(StrictSerializer):
    """The terms of a committed sum."""

    code = TextField(max_length=40, help_text="Code of the tranche: lower-case words joined by hyphens.")
    kind = ChoiceTextField(choices=KINDS, help_text="A loan, or private capital.")
    currency = TextField(required=False, max_length=3, help_text="USD.")
    limit_usd = DollarsField(source="limit_cents", help_text="What is committed.")
    annual_rate_percent = PercentField(required=False, help_text="Interest at the beginning; 0.")
    commitment_fee_percent = PercentField(required=False, help_text="Fee on what isn't drawn; 0.")
    upfront_fee_percent = PercentField(required=False, help_text="Fee on the limit, once; 0.")
    day_count = ChoiceTextField(choices=DAY_COUNTS, required=False, help_text="ACT/360 if left out.")
    draw_order = serializers.IntegerField(
        required=False, help_text="Tranches are drawn in this order; private capital first if left out."
    )
    available_from = DayField(required=False, help_text="First day of draws; today if left out.")
    available_until = DayField(required=False, help_text="Last day of draws.")
    matures_on = DayField(required=False, help_text="When the principal is due.")
    interest_period_months = serializers.IntegerField(required=False, help_text="1, 3, 6 or 12; 1.")
    interest_settlement = ChoiceTextField(choices=SETTLEMENTS, required=False, help_text="`pay` if left out.")
    payment_due_days = serializers.IntegerField(
        required=False, help_text="Days from a period's end to its due date; 0."
    )
    reason = TextField(required=False, max_length=2000, help_text="Why, and which papers say so.")


class NewRate(StrictSerializer):
    """A rate from a day on."""

    kind = ChoiceTextField(choices=RATE_KINDS, help_text="On what is drawn, or on what isn't.")
    starts_on = DayField(help_text="The first day it holds; days that were accrued are computed anew.")
    annual_rate_percent = PercentField(help_text="Percent per year, at most six decimals.")
    reason = TextField(required=False, max_length=2000, help_text="Why, and which paper says so.")


class RateItem(serializers.Serializer[Any]):
    """A rate that two people put in force."""

    id = serializers.IntegerField(help_text="Identifier of the rate.")
    kind = serializers.ChoiceField(choices=RATE_KINDS, help_text="On what is drawn, or on what isn't.")
    starts_on = serializers.DateField(help_text="The first day it holds.")
    annual_rate_percent = PercentField(help_text="Percent per year.")
    proposed_by = serializers.CharField(source="proposed_by.username", help_text="User name.")
    approved_by = serializers.CharField(source="approved_by.username", help_text="User name.")
    recorded_at = serializers.DateTimeField(help_text="When it was approved.")


class NewCeiling(StrictSerializer):
    """A limit of all purchases together."""

    limit_usd = DollarsField(source="limit_cents", help_text="The limit, at least what was ordered already.")
    authority_reference = TextField(max_length=200, help_text="What allows it, such as an act and section.")
    reason = TextField(required=False, max_length=2000, help_text="Why.")


class FundingEndpoint(Endpoint):
    """The overview."""

    area = Area.RESERVE

    roles = STAFF_ROLES

    @extend_schema(operation_id="readFunding", responses=FundingItem)
    def get(self, _request: Request) -> Response:
        """Read cash, headroom, ceiling and tranches."""
        return Response(FundingItem(get_funding()).data)


class TrancheListEndpoint(Endpoint):
    """Tranches."""

    area = Area.RESERVE

    roles = STAFF_ROLES
    input_names = FUNDING_NAMES

    @extend_schema(operation_id="listTranches", responses=page_schema(TrancheItem))
    def get(self, _request: Request) -> Response:
        """List the tranches in the order in which they are drawn."""
        return listed(get_funding().tranches, TrancheItem)

    @extend_schema(
        operation_id="proposeTranche",
        parameters=[IDEMPOTENCY_KEY],
        request=NewTranche,
        responses={201: ProposalItem},
    )
    def post(self, request: Request) -> HttpResponse:
        """Put a committed sum before a second person; purchases count on it once it is approved."""
        require_role(self.actor, Role.FINANCE)
        values = self.read(NewTranche)
        reason = values.pop("reason", "")

        def offer() -> Response:
            proposal = propose_tranche(tranche=TrancheSpec(**values), actor=self.actor, reason=reason)
            return Response(ProposalItem(proposal).data, status=201)

        return answer_once(request, actor=self.actor, route="proposeTranche", effect=offer)


class FundingRateListEndpoint(Endpoint):
    """Rates of one tranche."""

    area = Area.RESERVE

    roles = STAFF_ROLES
    input_names = FUNDING_NAMES

    @extend_schema(operation_id="listFundingRates", responses=page_schema(RateItem))
    def get(self, _request: Request, tranche_code: str) -> Response:
        """List the rates that followed those of the beginning, by their first day."""
        return listed(list_funding_rates(tranche=get_tranche(code=tranche_code)), RateItem)

    @extend_schema(
        operation_id="proposeFundingRate",
        parameters=[IDEMPOTENCY_KEY],
        request=NewRate,
        responses={201: ProposalItem},
    )
    def post(self, request: Request, tranche_code: str) -> HttpResponse:
        """Put a rate before a second person."""
        require_role(self.actor, Role.FINANCE)
        values = self.read(NewRate)

        def offer() -> Response:
            proposal = propose_funding_rate(tranche_code=tranche_code, actor=self.actor, **values)
            return Response(ProposalItem(proposal).data, status=201)

        return answer_once(
            request, actor=self.actor, route=f"proposeFundingRate {tranche_code}", effect=offer
        )


class CeilingEndpoint(Endpoint):
    """The ceiling."""

    area = Area.RESERVE

    roles = (Role.FINANCE,)
    input_names = FUNDING_NAMES

    @extend_schema(
        operation_id="proposeFundingCeiling",
        parameters=[IDEMPOTENCY_KEY],
        request=NewCeiling,
        responses={201: ProposalItem},
    )
    def post(self, request: Request) -> HttpResponse:
        """Put a ceiling of all purchases before a second person."""
        values = self.read(NewCeiling)

        def offer() -> Response:
            proposal = propose_funding_ceiling(actor=self.actor, **values)
            return Response(ProposalItem(proposal).data, status=201)

        return answer_once(request, actor=self.actor, route="proposeFundingCeiling", effect=offer)
