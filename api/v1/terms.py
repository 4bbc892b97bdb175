"""On what terms: a firm's agreements and its commitments at fixed prices."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, paged
from api.fields import ChoiceTextField, DayField, DollarsField, IdField, KilogramsField, PriceField, TextField
from api.idempotency import answer_once
from api.pagination import page_of
from api.serializers import ListQuery, StrictSerializer, page_schema
from api.v1.drawdowns import IDEMPOTENCY_KEY
from governance.domain.scopes import Area
from members.domain.requests import CommitmentRequest
from members.errors import AgreementNotFound
from members.models import Commitment
from members.selectors import list_agreements_for, list_commitments_for
from members.services import make_commitments, sign_agreement

REBUY_RULES = [rule.value for rule in Commitment.RebuyRule]
COMMITMENT_STATES = [state.value for state in Commitment.State]


class SignedAgreement(StrictSerializer):
    """The terms that were signed."""

    terms_version = TextField(max_length=40, help_text="Version of the terms.")
    starts_on = DayField(help_text="First day of the term.")
    ends_on = DayField(required=False, help_text="Last day of the term; open if left out.")
    upfront_fee_basis_points = serializers.IntegerField(
        required=False, help_text="Up-front fee on the value of commitments; the policy's if left out."
    )
    fee_class = TextField(required=False, max_length=40, help_text="Class of rate cards; `standard`.")


class NewCommitment(StrictSerializer):
    """What the firm commits to buy."""

    agreement_id = IdField(help_text="The agreement it belongs to, one of the firm's.")
    material = TextField(source="material_code", max_length=40, help_text="Code of the material.")
    quantity_kg = KilogramsField(source="quantity_g", help_text="Kilograms to buy.")
    fixed_price_usd_per_kg = PriceField(help_text="The price, fixed for the whole term, in USD per kg.")
    starts_on = DayField(help_text="First day of its term, within the agreement's.")
    ends_on = DayField(required=False, help_text="Last day of its term.")
    rebuy_rule = ChoiceTextField(
        choices=REBUY_RULES,
        required=False,
        help_text="How often it is bought again; the policy's if left out.",
    )


class AgreementItem(serializers.Serializer[Any]):
    """Signed terms."""

    id = serializers.UUIDField(help_text="Identifier of the agreement.")
    terms_version = serializers.CharField(help_text="Version of the terms.")
    starts_on = serializers.DateField(help_text="First day of the term.")
    ends_on = serializers.DateField(allow_null=True, help_text="Last day of the term; null if open.")
    upfront_fee_basis_points = serializers.IntegerField(help_text="Up-front fee on commitments' value.")
    fee_class = serializers.CharField(help_text="Class of rate cards.")
    policy_version = serializers.IntegerField(
        source="policy_version.number", help_text="Policy it was made by."
    )
    signed_at = serializers.DateTimeField(help_text="When it was signed.")


class CommitmentItem(serializers.Serializer[Any]):
    """An obligation to buy at a fixed price."""

    id = serializers.UUIDField(help_text="Identifier of the commitment.")
    agreement_id = serializers.UUIDField(help_text="The agreement it belongs to.")
    material = serializers.CharField(source="material.code", help_text="Code of the material.")
    quantity_kg = KilogramsField(source="quantity_g", help_text="Kilograms to buy.")
    open_kg = KilogramsField(
        source="open_g", help_text="Kilograms it still stands for: without those sold to other members."
    )
    fixed_price_usd_per_kg = PriceField(help_text="The fixed price in USD per kg.")
    rebuy_rule = serializers.ChoiceField(choices=REBUY_RULES, help_text="How often it is bought again.")
    starts_on = serializers.DateField(help_text="First day of its term.")
    ends_on = serializers.DateField(allow_null=True, help_text="Last day of its term; null if open.")
    state = serializers.ChoiceField(choices=COMMITMENT_STATES, help_text="A closed one obliges no more.")
    made_at = serializers.DateTimeField(help_text="When it was made.")
    upfront_fee_usd = DollarsField(
        source="upfront_fee_cents", allow_null=True, help_text="Up-front fee charged, in USD; null before."
    )


class AgreementListEndpoint(Endpoint):
    """Agreements of one firm."""

    area = Area.COMMITMENTS
    query_serializer = ListQuery

    @extend_schema(
        operation_id="listAgreements", parameters=[ListQuery], responses=page_schema(AgreementItem)
    )
    def get(self, _request: Request, firm_id: UUID) -> Response:
        """List a firm's agreements, oldest first."""
        page = page_of(
            list_agreements_for(self.actor, firm_id),
            order=("starts_on", "id"),
            limit=self.query["limit"],
            cursor=self.query.get("cursor"),
        )
        return paged(page, AgreementItem)

    @extend_schema(
        operation_id="signAgreement",
        parameters=[IDEMPOTENCY_KEY],
        request=SignedAgreement,
        responses={201: AgreementItem},
    )
    def post(self, request: Request, firm_id: UUID) -> HttpResponse:
        """Record the terms that an approved or active firm signed."""
        list_agreements_for(self.actor, firm_id)
        values = self.read(SignedAgreement)

        def sign() -> Response:
            agreement = sign_agreement(
                firm_id=firm_id, actor=self.actor, effective_at=timezone.now(), **values
            )
            return Response(AgreementItem(agreement).data, status=201)

        return answer_once(request, actor=self.actor, route=f"signAgreement {firm_id}", effect=sign)


class CommitmentListEndpoint(Endpoint):
    """Commitments of one firm."""

    area = Area.COMMITMENTS
    query_serializer = ListQuery

    @extend_schema(
        operation_id="listCommitments", parameters=[ListQuery], responses=page_schema(CommitmentItem)
    )
    def get(self, _request: Request, firm_id: UUID) -> Response:
        """List a firm's commitments, open and closed, oldest first."""
        page = page_of(
            list_commitments_for(self.actor, firm_id),
            order=("ordinal",),
            limit=self.query["limit"],
            cursor=self.query.get("cursor"),
        )
        return paged(page, CommitmentItem)

    @extend_schema(
        operation_id="makeCommitment",
        parameters=[IDEMPOTENCY_KEY],
        request=NewCommitment,
        responses={201: CommitmentItem},
    )
    def post(self, request: Request, firm_id: UUID) -> HttpResponse:
        """Make a commitment; an active firm is charged the up-front fee at once."""
        agreements = list_agreements_for(self.actor, firm_id)
        wish = CommitmentRequest(**self.read(NewCommitment))
        if not agreements.filter(id=wish.agreement_id).exists():
            raise AgreementNotFound("The firm has no such agreement.", field="agreement_id")

        def commit() -> Response:
            (made,) = make_commitments(commitments=[wish], actor=self.actor, effective_at=timezone.now())
            return Response(CommitmentItem(made).data, status=201)

        return answer_once(request, actor=self.actor, route=f"makeCommitment {firm_id}", effect=commit)
