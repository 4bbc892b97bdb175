"""The life of a firm: application, screening, approval, activation, suspension, exit."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, paged
from api.fields import DollarsField, TextField
from api.idempotency import answer_once
from api.pagination import page_of
from api.serializers import ListQuery, StrictSerializer, page_schema
from api.v1.drawdowns import IDEMPOTENCY_KEY
from api.v1.firms import STATES, FirmItem, FirmListEndpoint
from api.v1.proposals import ProposalItem
from governance.domain.roles import Role
from governance.domain.scopes import Area
from governance.selectors import require_role
from members.models import Firm
from members.selectors import list_transitions_for
from members.services import (
    apply_for_membership,
    approve_firm,
    exit_firm,
    propose_activation,
    reinstate_firm,
    reject_firm,
    screen_firm,
    suspend_firm,
)


class FirmApplication(StrictSerializer):
    """Who applies."""

    legal_name = TextField(max_length=200, help_text="Legal name.")
    country = TextField(max_length=2, help_text="Country, ISO 3166 two letters.")
    lei = TextField(
        required=False, max_length=20, help_text="Legal entity identifier (ISO 17442); may come later."
    )
    lei_waiver_reason = TextField(
        required=False, max_length=2000, help_text="Why the firm may be active without an identifier."
    )
    sector = TextField(required=False, max_length=100, help_text="Sector.")
    affiliate_group = TextField(
        required=False, max_length=200, help_text="Name of the firms it counts together with in a rationing."
    )
    credit_limit_usd = DollarsField(
        source="credit_limit_cents", required=False, help_text="Credit limit in USD."
    )


class StepReason(StrictSerializer):
    """Why the step is taken."""

    reason = TextField(max_length=2000, help_text="Why; kept with the step.")


class OptionalReason(StrictSerializer):
    """Why the step is taken, if there is something to say."""

    reason = TextField(
        required=False, allow_blank=True, max_length=2000, default="", help_text="Why; kept with the step."
    )


class TransitionItem(serializers.Serializer[Any]):
    """One step of a firm's life cycle."""

    id = serializers.IntegerField(help_text="Identifier of the step.")
    from_state = serializers.CharField(help_text="Where it stood; empty for the application.")
    to_state = serializers.ChoiceField(choices=STATES, help_text="Where it stands since.")
    reason = serializers.CharField(help_text="Why; may be empty.")
    actor = serializers.CharField(source="actor.username", help_text="Who took the step.")
    at = serializers.DateTimeField(help_text="When it took effect.")


class FirmCollectionEndpoint(FirmListEndpoint):
    """Firms, and applications for membership."""

    @extend_schema(
        operation_id="applyForMembership",
        parameters=[IDEMPOTENCY_KEY],
        request=FirmApplication,
        responses={201: FirmItem},
    )
    def post(self, request: Request) -> HttpResponse:
        """Enrol an applicant."""
        require_role(self.actor, Role.ADMINISTRATOR)
        values = self.read(FirmApplication)

        def apply() -> Response:
            return Response(FirmItem(apply_for_membership(actor=self.actor, **values)).data, status=201)

        return answer_once(request, actor=self.actor, route="applyForMembership", effect=apply)


class TransitionListEndpoint(Endpoint):
    """The life cycle of one firm so far."""

    area = Area.FIRMS
    query_serializer = ListQuery

    @extend_schema(
        operation_id="listFirmTransitions", parameters=[ListQuery], responses=page_schema(TransitionItem)
    )
    def get(self, _request: Request, firm_id: UUID) -> Response:
        """List the steps a firm took, in order, with who took them and why."""
        page = page_of(
            list_transitions_for(self.actor, firm_id),
            order=("id",),
            limit=self.query["limit"],
            cursor=self.query.get("cursor"),
        )
        return paged(page, TransitionItem)


class _FirmStepEndpoint(Endpoint):
    """One step of a firm's life cycle, taken by an administrator."""

    area = Area.FIRMS
    roles = (Role.ADMINISTRATOR,)
    step: ClassVar[Callable[..., Firm]]
    reading: ClassVar[type[StrictSerializer]] = StepReason

    def take(self, firm_id: UUID) -> Response:
        """Take the step and answer the firm as it is then."""
        firm = type(self).step(firm_id=firm_id, actor=self.actor, **self.read(self.reading))
        return Response(FirmItem(firm).data)


class FirmScreeningEndpoint(_FirmStepEndpoint):
    """Screened against restricted parties."""

    step = staticmethod(screen_firm)

    @extend_schema(operation_id="screenFirm", request=StepReason, responses=FirmItem)
    def post(self, _request: Request, firm_id: UUID) -> Response:
        """Record that an applicant was screened, with the result in words."""
        return self.take(firm_id)


class FirmApprovalEndpoint(_FirmStepEndpoint):
    """Approved to sign and commit."""

    step = staticmethod(approve_firm)
    reading = OptionalReason

    @extend_schema(operation_id="approveFirm", request=OptionalReason, responses=FirmItem)
    def post(self, _request: Request, firm_id: UUID) -> Response:
        """Approve a screened applicant: it may sign and commit."""
        return self.take(firm_id)


class FirmRejectionEndpoint(_FirmStepEndpoint):
    """Turned down."""

    step = staticmethod(reject_firm)

    @extend_schema(operation_id="rejectFirm", request=StepReason, responses=FirmItem)
    def post(self, _request: Request, firm_id: UUID) -> Response:
        """Turn an applicant down."""
        return self.take(firm_id)


class FirmSuspensionEndpoint(_FirmStepEndpoint):
    """Rights stopped."""

    step = staticmethod(suspend_firm)

    @extend_schema(operation_id="suspendFirm", request=StepReason, responses=FirmItem)
    def post(self, _request: Request, firm_id: UUID) -> Response:
        """Stop a member's rights until it is reinstated."""
        return self.take(firm_id)


class FirmReinstatementEndpoint(_FirmStepEndpoint):
    """Rights given back."""

    step = staticmethod(reinstate_firm)

    @extend_schema(operation_id="reinstateFirm", request=StepReason, responses=FirmItem)
    def post(self, _request: Request, firm_id: UUID) -> Response:
        """Give a suspended member its rights back."""
        return self.take(firm_id)


class FirmExitEndpoint(_FirmStepEndpoint):
    """Membership ended."""

    step = staticmethod(exit_firm)

    @extend_schema(operation_id="exitFirm", request=StepReason, responses=FirmItem)
    def post(self, _request: Request, firm_id: UUID) -> Response:
        """End a membership in which nothing is held, owed or due any more."""
        return self.take(firm_id)


class FirmActivationEndpoint(Endpoint):
    """Activation needs a second person."""

    area = Area.FIRMS
    roles = (Role.ADMINISTRATOR,)

    @extend_schema(
        operation_id="proposeFirmActivation", request=OptionalReason, responses={201: ProposalItem}
    )
    def post(self, _request: Request, firm_id: UUID) -> Response:
        """Put an approved firm before a second person; approving charges the up-front fee."""
        proposal = propose_activation(firm_id=firm_id, actor=self.actor, **self.read(OptionalReason))
        return Response(ProposalItem(proposal).data, status=201)
