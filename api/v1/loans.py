"""What happens to a tranche: draws, payments to the lender, their reversals, interest periods."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, listed, paged
from api.fields import ChoiceTextField, DollarsField, InstantField, TextField
from api.idempotency import answer_once
from api.pagination import page_of
from api.serializers import ListQuery, StrictSerializer, page_schema
from api.v1.drawdowns import IDEMPOTENCY_KEY
from api.v1.funding import FUNDING_NAMES
from governance.domain.roles import STAFF_ROLES, Role
from governance.domain.scopes import Area
from governance.selectors import require_role
from reserve.models import LoanPayment
from reserve.selectors import get_tranche, list_draws, list_loan_payments, list_loan_periods, today
from reserve.services import draw_funding, pay_lender, reverse_draw, reverse_loan_payment

PURPOSES = [purpose.value for purpose in LoanPayment.Purpose]


class NewDraw(StrictSerializer):
    """Money to take into cash."""

    amount_usd = DollarsField(source="amount_cents", help_text="How much.")
    effective_at = InstantField(required=False, help_text="When the lender paid it; now if left out.")


class NewLoanPayment(NewDraw):
    """Money that was paid to the lender."""

    purpose = ChoiceTextField(choices=PURPOSES, help_text="What it pays.")


class NewReversal(StrictSerializer):
    """Why something is taken back."""

    reason = TextField(max_length=2000, help_text="What was wrong.")


class DrawItem(serializers.Serializer[Any]):
    """One draw."""

    id = serializers.UUIDField(help_text="Identifier of the draw.")
    tranche = serializers.CharField(source="tranche.code", help_text="Code of the tranche.")
    amount_usd = DollarsField(source="amount_cents", help_text="How much.")
    effective_at = serializers.DateTimeField(source="drawn_at", help_text="Since when it bears interest.")
    payment_id = serializers.UUIDField(allow_null=True, help_text="The trader's payment that needed it.")
    reversed_because = serializers.CharField(
        source="reversal.reason", allow_null=True, default=None, help_text="Why it was taken back, or null."
    )


class LoanPaymentItem(serializers.Serializer[Any]):
    """One payment to a lender."""

    id = serializers.UUIDField(help_text="Identifier of the payment.")
    tranche = serializers.CharField(source="tranche.code", help_text="Code of the tranche.")
    purpose = serializers.ChoiceField(choices=PURPOSES, help_text="What it pays.")
    amount_usd = DollarsField(source="amount_cents", help_text="How much.")
    effective_at = serializers.DateTimeField(source="paid_at", help_text="When it was paid.")
    reversed_because = serializers.CharField(
        source="reversal.reason", allow_null=True, default=None, help_text="Why it was taken back, or null."
    )


class ReversalItem(serializers.Serializer[Any]):
    """A draw or payment that was taken back."""

    draw_id = serializers.UUIDField(allow_null=True, help_text="The draw, or null.")
    payment_id = serializers.UUIDField(allow_null=True, help_text="The payment, or null.")
    reason = serializers.CharField(help_text="What was wrong.")
    recorded_at = serializers.DateTimeField(help_text="When it was taken back.")


class LoanPeriodItem(serializers.Serializer[Any]):
    """One interest period. What was paid goes to the oldest that is owed."""

    starts_on = serializers.DateField(help_text="Its first day.")
    ends_on = serializers.DateField(help_text="The day after its last.")
    due_on = serializers.DateField(help_text="When what is outstanding is due.")
    interest_usd = DollarsField(source="interest_cents", help_text="Interest accrued up to yesterday.")
    fee_usd = DollarsField(source="fee_cents", help_text="Commitment fee accrued up to yesterday.")
    capitalised_usd = DollarsField(source="capitalised_cents", help_text="Interest added to the principal.")
    outstanding_usd = DollarsField(source="outstanding_cents", help_text="What is still to be paid.")
    is_overdue = serializers.SerializerMethodField(help_text="Whether that should have been paid by now.")

    def get_is_overdue(self, period: Any) -> bool:
        """As of today."""
        return bool(period.is_overdue(on=self.context.get("today") or today()))


class DrawListEndpoint(Endpoint):
    """Draws of one tranche."""

    area = Area.RESERVE

    roles = STAFF_ROLES
    input_names = FUNDING_NAMES
    query_serializer = ListQuery

    @extend_schema(operation_id="listDraws", parameters=[ListQuery], responses=page_schema(DrawItem))
    def get(self, _request: Request, tranche_code: str) -> Response:
        """List draws, latest first."""
        page = page_of(
            list_draws(tranche=get_tranche(code=tranche_code)),
            order=("-drawn_at", "id"),
            limit=self.query["limit"],
            cursor=self.query.get("cursor"),
        )
        return paged(page, DrawItem)

    @extend_schema(
        operation_id="drawFunding",
        parameters=[IDEMPOTENCY_KEY],
        request=NewDraw,
        responses={201: DrawItem},
    )
    def post(self, request: Request, tranche_code: str) -> HttpResponse:
        """Record money that the lender paid out."""
        require_role(self.actor, Role.FINANCE, Role.ADMINISTRATOR)
        values = {"effective_at": timezone.now(), **self.read(NewDraw)}

        def draw() -> Response:
            row = draw_funding(tranche_code=tranche_code, actor=self.actor, **values)
            return Response(DrawItem(row).data, status=201)

        return answer_once(request, actor=self.actor, route=f"drawFunding {tranche_code}", effect=draw)


class LoanPaymentListEndpoint(Endpoint):
    """Payments to the lender of one tranche."""

    area = Area.RESERVE

    roles = STAFF_ROLES
    input_names = FUNDING_NAMES
    query_serializer = ListQuery

    @extend_schema(
        operation_id="listLoanPayments", parameters=[ListQuery], responses=page_schema(LoanPaymentItem)
    )
    def get(self, _request: Request, tranche_code: str) -> Response:
        """List payments, latest first."""
        page = page_of(
            list_loan_payments(tranche=get_tranche(code=tranche_code)),
            order=("-paid_at", "id"),
            limit=self.query["limit"],
            cursor=self.query.get("cursor"),
        )
        return paged(page, LoanPaymentItem)

    @extend_schema(
        operation_id="payLender",
        parameters=[IDEMPOTENCY_KEY],
        request=NewLoanPayment,
        responses={201: LoanPaymentItem},
    )
    def post(self, request: Request, tranche_code: str) -> HttpResponse:
        """Record principal, interest or fees that were paid to the lender."""
        require_role(self.actor, Role.FINANCE)
        values = {"effective_at": timezone.now(), **self.read(NewLoanPayment)}

        def pay() -> Response:
            row = pay_lender(tranche_code=tranche_code, actor=self.actor, **values)
            return Response(LoanPaymentItem(row).data, status=201)

        return answer_once(request, actor=self.actor, route=f"payLender {tranche_code}", effect=pay)


class DrawReversalEndpoint(Endpoint):
    """Taking back a draw."""

    area = Area.RESERVE

    roles = (Role.FINANCE,)

    @extend_schema(operation_id="reverseDraw", request=NewReversal, responses=ReversalItem)
    def post(self, _request: Request, draw_id: UUID) -> Response:
        """Take back a draw that never was; interest is computed anew."""
        row = reverse_draw(draw_id=draw_id, actor=self.actor, **self.read(NewReversal))
        return Response(ReversalItem(row).data)


class LoanPaymentReversalEndpoint(Endpoint):
    """Taking back a payment."""

    area = Area.RESERVE

    roles = (Role.FINANCE,)

    @extend_schema(operation_id="reverseLoanPayment", request=NewReversal, responses=ReversalItem)
    def post(self, _request: Request, payment_id: UUID) -> Response:
        """Take back a payment that never was; interest is computed anew."""
        row = reverse_loan_payment(payment_id=payment_id, actor=self.actor, **self.read(NewReversal))
        return Response(ReversalItem(row).data)


class LoanPeriodListEndpoint(Endpoint):
    """Interest periods of one tranche."""

    area = Area.RESERVE

    roles = STAFF_ROLES

    @extend_schema(operation_id="listLoanPeriods", responses=page_schema(LoanPeriodItem))
    def get(self, _request: Request, tranche_code: str) -> Response:
        """List interest periods with their due dates, up to the one that runs."""
        periods = list_loan_periods(tranche=get_tranche(code=tranche_code), until=today())
        return listed(periods, LoanPeriodItem)
