"""What happens to a lot after its acceptance: move, split, new assay, stop, release, write-off."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import Endpoint, listed, paged
from api.fields import DayField, KilogramsField, PercentField, TextField
from api.pagination import page_of
from api.parsers import DocumentJsonParser
from api.serializers import ListQuery, StrictSerializer, page_schema
from api.v1.enrolment import StepReason
from api.v1.lots import LOT_INPUT_NAMES, LOT_PAGE, LotItem, NewDocument
from api.v1.proposals import ProposalItem
from governance.domain.roles import STAFF_ROLES, Role
from governance.domain.scopes import Area
from members.services import (
    complete_lot_move,
    propose_lot_release,
    propose_lot_write_off,
    propose_move_write_off,
    record_lot_assay,
    start_lot_move,
    stop_lot,
)
from reserve.domain.requests import DocumentReceipt
from reserve.models import LotMove
from reserve.selectors import get_lots, list_lot_moves
from reserve.services import split_lot

MOVE_STATES = [state.value for state in LotMove.State]


class Departure(StrictSerializer):
    """Where to."""

    to_facility = TextField(source="to_facility_code", max_length=40, help_text="Code of the facility.")


class Arrival(StrictSerializer):
    """What came."""

    arrived_kg = KilogramsField(source="arrived_g", help_text="Net weight measured on arrival; 0 if none.")


class Parts(StrictSerializer):
    """The parts of a lot."""

    parts_kg = serializers.ListField(
        source="parts_g",
        child=KilogramsField(help_text="Net weight of a part."),
        allow_empty=False,
        max_length=100,
        help_text="Net weights that add up to the lot's.",
    )


class NewAssay(StrictSerializer):
    """A later assay."""

    assay_element = TextField(source="element", max_length=20, help_text="Element that was assayed.")
    assay_percent = PercentField(source="percent", help_text="Its share in percent.")
    assayed_on = DayField(help_text="Day of the assay.")
    certificate = NewDocument(help_text="The assay certificate.")


class NewLoss(StepReason):
    """What is to be written off."""

    quantity_kg = KilogramsField(source="quantity_g", help_text="Kilograms lost; of a stopped lot all.")


class MoveItem(serializers.Serializer[Any]):
    """A move of a lot."""

    id = serializers.UUIDField(help_text="Identifier of the move.")
    lot = serializers.CharField(source="lot.number", help_text="Number of the lot.")
    material = serializers.CharField(source="lot.material.code", help_text="Code of the material.")
    from_facility = serializers.CharField(source="from_facility.code", help_text="Where it left.")
    to_facility = serializers.CharField(source="to_facility.code", help_text="Where it goes.")
    state = serializers.ChoiceField(choices=MOVE_STATES, help_text="`short` waits for a write-off.")
    departed_kg = KilogramsField(source="departed_g", help_text="Kilograms that left.")
    departed_at = serializers.DateTimeField(help_text="When it left.")
    arrived_kg = KilogramsField(source="arrived_g", allow_null=True, help_text="Kilograms that came.")
    arrived_at = serializers.DateTimeField(allow_null=True, help_text="When it came.")
    lacking_kg = KilogramsField(source="lacking_g", help_text="Kilograms still in transit.")


class AssayItem(serializers.Serializer[Any]):
    """A later assay, and the one it replaced."""

    id = serializers.UUIDField(help_text="Identifier of the assay.")
    assayed_on = serializers.DateField(help_text="Day of the assay.")
    assay_element = serializers.CharField(source="element", help_text="Element.")
    assay_percent = PercentField(source="percent", help_text="Its share in percent.")
    replaced_element = serializers.CharField(help_text="Element of the assay before.")
    replaced_percent = PercentField(help_text="The assay before, in percent.")
    document_sha256 = serializers.CharField(source="document.sha256", help_text="The certificate's hash.")
    is_within_tolerance = serializers.BooleanField(help_text="If not, an accepted lot is stopped.")


class StopItem(serializers.Serializer[Any]):
    """A stop."""

    id = serializers.UUIDField(help_text="Identifier of the stop.")
    lot = serializers.CharField(source="lot.number", help_text="Number of the lot.")
    quantity_kg = KilogramsField(source="quantity_g", help_text="Kilograms put back into quarantine.")
    reason = serializers.CharField(help_text="Why.")
    stopped_at = serializers.DateTimeField(help_text="When.")


class _LotStepEndpoint(Endpoint):
    """A step of a lot that an administrator takes or proposes."""

    area = Area.RESERVE

    roles: ClassVar[tuple[str, ...]] = (Role.ADMINISTRATOR,)
    input_names = LOT_INPUT_NAMES


class LotMoveListEndpoint(Endpoint):
    """Moves."""

    area = Area.RESERVE

    roles = STAFF_ROLES
    query_serializer = ListQuery

    @extend_schema(operation_id="listLotMoves", parameters=[ListQuery], responses=page_schema(MoveItem))
    def get(self, _request: Request) -> Response:
        """List moves of lots, latest first."""
        page = page_of(
            list_lot_moves(),
            order=("-departed_at", "id"),
            limit=self.query["limit"],
            cursor=self.query.get("cursor"),
        )
        return paged(page, MoveItem)


class LotDepartureEndpoint(_LotStepEndpoint):
    """Departure."""

    @extend_schema(operation_id="moveLot", request=Departure, responses={201: MoveItem})
    def post(self, _request: Request, lot_number: str) -> Response:
        """Send an accepted lot to another facility; under way it counts nowhere."""
        move = start_lot_move(lot_number=lot_number, actor=self.actor, **self.read(Departure))
        return Response(MoveItem(move).data, status=201)


class LotArrivalEndpoint(_LotStepEndpoint):
    """Arrival."""

    @extend_schema(operation_id="receiveMovedLot", request=Arrival, responses=MoveItem)
    def post(self, _request: Request, move_id: UUID) -> Response:
        """Take a moved lot in with the weight measured; what is missing stays in transit."""
        move = complete_lot_move(move_id=move_id, actor=self.actor, **self.read(Arrival))
        return Response(MoveItem(move).data)


class MoveWriteOffEndpoint(_LotStepEndpoint):
    """Loss in transit."""

    @extend_schema(operation_id="proposeMoveWriteOff", request=StepReason, responses={201: ProposalItem})
    def post(self, _request: Request, move_id: UUID) -> Response:
        """Put what a move arrived short by before a second person; approving writes it off."""
        proposal = propose_move_write_off(move_id=move_id, actor=self.actor, **self.read(StepReason))
        return Response(ProposalItem(proposal).data, status=201)


class LotSplitEndpoint(_LotStepEndpoint):
    """Splitting."""

    @extend_schema(operation_id="splitLot", request=Parts, responses={201: LOT_PAGE})
    def post(self, _request: Request, lot_number: str) -> Response:
        """Split an accepted lot into parts."""
        parts = split_lot(lot_number=lot_number, actor=self.actor, **self.read(Parts))
        answer = listed(get_lots(lot_numbers=[part.number for part in parts]), LotItem)
        answer.status_code = 201
        return answer


class LotAssayEndpoint(_LotStepEndpoint):
    """Assaying again."""

    parser_classes = (DocumentJsonParser,)

    @extend_schema(operation_id="assayLot", request=NewAssay, responses={201: AssayItem})
    def post(self, _request: Request, lot_number: str) -> Response:
        """Record a later assay; an accepted lot that fails it is stopped at once."""
        values = self.read(NewAssay)
        paper = DocumentReceipt(**values.pop("certificate"))
        row = record_lot_assay(lot_number=lot_number, actor=self.actor, certificate=paper, **values)
        return Response(AssayItem(row).data, status=201)


class LotStopEndpoint(_LotStepEndpoint):
    """Stopping."""

    roles = (Role.ADMINISTRATOR, Role.APPROVER)

    @extend_schema(operation_id="stopLot", request=StepReason, responses={201: StopItem})
    def post(self, _request: Request, lot_number: str) -> Response:
        """Put a suspicious lot that was accepted back into quarantine; it counts nowhere."""
        stop = stop_lot(lot_number=lot_number, actor=self.actor, **self.read(StepReason))
        return Response(StopItem(stop).data, status=201)


class LotReleaseEndpoint(_LotStepEndpoint):
    """Release."""

    @extend_schema(operation_id="proposeLotRelease", request=StepReason, responses={201: ProposalItem})
    def post(self, _request: Request, lot_number: str) -> Response:
        """Put the release of a stopped lot before a second person, who must not be who stopped it."""
        proposal = propose_lot_release(lot_number=lot_number, actor=self.actor, **self.read(StepReason))
        return Response(ProposalItem(proposal).data, status=201)


class LotWriteOffEndpoint(_LotStepEndpoint):
    """Loss of a lot or a part of it."""

    @extend_schema(operation_id="proposeLotWriteOff", request=NewLoss, responses={201: ProposalItem})
    def post(self, _request: Request, lot_number: str) -> Response:
        """Put a loss before a second person; approving takes it out of both books."""
        proposal = propose_lot_write_off(lot_number=lot_number, actor=self.actor, **self.read(NewLoss))
        return Response(ProposalItem(proposal).data, status=201)
