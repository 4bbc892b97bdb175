"""What the reserve's staff does with drawdowns."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from allocations.services import approve_drawdown, deliver_drawdowns, refuse_drawdown, release_drawdowns
from api.endpoints import Endpoint
from api.fields import InstantField, TextField
from api.serializers import NoValues, StrictSerializer
from api.v1.drawdowns import DrawdownDetail, sent_drawdown
from governance.domain.roles import STAFF_ROLES
from governance.domain.scopes import Area


class Refusal(StrictSerializer):
    """Why not."""

    reason = TextField(max_length=2000, help_text="Why; the firm reads it.")


class Delivery(StrictSerializer):
    """When the material left."""

    delivered_at = InstantField(required=False, help_text="When it left; now if left out.")


class DrawdownApprovalEndpoint(Endpoint):
    """The second person's yes."""

    area = Area.DRAWDOWNS
    roles = STAFF_ROLES

    @extend_schema(operation_id="approveDrawdown", request=NoValues, responses=DrawdownDetail)
    def post(self, _request: Request, drawdown_id: UUID) -> Response:
        """Approve a drawdown that somebody else asked for; the material is reserved in the same moment."""
        self.read(NoValues)
        return sent_drawdown(approve_drawdown(drawdown_id=drawdown_id, actor=self.actor))


class DrawdownRefusalEndpoint(Endpoint):
    """No."""

    area = Area.DRAWDOWNS
    roles = STAFF_ROLES

    @extend_schema(operation_id="refuseDrawdown", request=Refusal, responses=DrawdownDetail)
    def post(self, _request: Request, drawdown_id: UUID) -> Response:
        """Refuse a submitted drawdown, with the reason."""
        values = self.read(Refusal)
        return sent_drawdown(refuse_drawdown(drawdown_id=drawdown_id, actor=self.actor, **values))


class DrawdownReleaseEndpoint(Endpoint):
    """Letting it be loaded out."""

    area = Area.DRAWDOWNS
    roles = STAFF_ROLES

    @extend_schema(operation_id="releaseDrawdown", request=NoValues, responses=DrawdownDetail)
    def post(self, _request: Request, drawdown_id: UUID) -> Response:
        """Release reserved material for load-out."""
        self.read(NoValues)
        (drawdown,) = release_drawdowns(drawdown_ids=[drawdown_id], actor=self.actor)
        return sent_drawdown(drawdown)


class DrawdownDeliveryEndpoint(Endpoint):
    """It left."""

    area = Area.DRAWDOWNS
    roles = STAFF_ROLES

    @extend_schema(operation_id="deliverDrawdown", request=Delivery, responses=DrawdownDetail)
    def post(self, _request: Request, drawdown_id: UUID) -> Response:
        """Record that released material left; the duty to bring it back begins."""
        values: dict[str, Any] = self.read(Delivery)
        (drawdown,) = deliver_drawdowns(
            drawdown_ids=[drawdown_id],
            actor=self.actor,
            effective_at=values.get("delivered_at") or timezone.now(),
        )
        return sent_drawdown(drawdown)
