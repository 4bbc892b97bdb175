"""Lots: received with their papers, accepted by a second person, rejected, and read."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints import INPUT_NAMES, Endpoint, listed, paged
from api.fields import (
    ChoiceTextField,
    DollarsField,
    FileField,
    InstantField,
    KilogramsField,
    PercentField,
    TextField,
)
from api.idempotency import answer_once
from api.pagination import page_of
from api.parsers import DocumentJsonParser
from api.serializers import ListQuery, StrictSerializer, page_schema
from api.v1.drawdowns import IDEMPOTENCY_KEY
from api.v1.enrolment import StepReason
from api.v1.proposals import ProposalItem
from governance.domain.roles import STAFF_ROLES, Role
from governance.domain.scopes import Area
from reserve.domain.requests import DocumentReceipt, LotReceipt
from reserve.models import Lot, LotDocument
from reserve.selectors import get_lot, list_lots, list_mismatches
from reserve.services import propose_lot_acceptances, receive_lots, reject_lot

STATES = [state.value for state in Lot.State]
STAGES = [stage.value for stage in Lot.Stage]
DOCUMENT_KINDS = [kind.value for kind in LotDocument.Kind]
LOT_INPUT_NAMES = INPUT_NAMES | {
    "net": "net_kg",
    "gross": "gross_kg",
    "stated_net": "stated_net_kg",
    "arrived": "arrived_kg",
    "counted": "counted_kg",
    "parts": "parts_kg",
    "percent": "assay_percent",
}


class NewDocument(StrictSerializer):
    """A paper, and what it states; what is left out it doesn't say."""

    kind = ChoiceTextField(choices=DOCUMENT_KINDS, help_text="Kind of paper.")
    filename = TextField(max_length=200, help_text="Name of the file.")
    content = FileField(help_text="The file, at most 20 MiB.")
    stated_goods = TextField(required=False, max_length=2000, help_text="Goods it speaks of.")
    stated_net_kg = KilogramsField(source="stated_net_g", required=False, help_text="Net weight it states.")
    stated_assay_percent = PercentField(required=False, help_text="Assay it states.")
    stated_origin = TextField(required=False, max_length=2, help_text="Country of origin it states.")


class NewLot(StrictSerializer):
    """One delivery on a purchase order."""

    purchase_order = TextField(
        source="purchase_order_number", max_length=20, help_text="Number of the purchase order."
    )
    gross_kg = KilogramsField(source="gross_g", help_text="Weight with packing.")
    net_kg = KilogramsField(source="net_g", help_text="Weight without packing.")
    assay_element = TextField(max_length=20, help_text="Element that was assayed, such as `Sb`.")
    assay_percent = PercentField(help_text="Its share in percent.")
    origin_mining = TextField(max_length=2, help_text="Country it was mined in, ISO 3166.")
    origin_refining = TextField(max_length=2, help_text="Country it was refined in, ISO 3166.")
    stage = ChoiceTextField(choices=STAGES, help_text="How far it is processed.")
    producer = TextField(max_length=200, help_text="Who made it.")
    declared_goods = TextField(max_length=2000, help_text="What the shipment was declared as.")
    documents = NewDocument(many=True, help_text="Its papers.")
    received_at = InstantField(required=False, help_text="When it came; now if left out.")


class NewAcceptance(StepReason):
    """A lot for a second person."""

    effective_at = InstantField(
        required=False, help_text="Since when it is stock; when it is approved if left out."
    )


class DocumentItem(serializers.Serializer[Any]):
    """A paper of a lot."""

    id = serializers.UUIDField(help_text="Identifier of the paper.")
    kind = serializers.ChoiceField(choices=DOCUMENT_KINDS, help_text="Kind of paper.")
    filename = serializers.CharField(help_text="Name of the file.")
    sha256 = serializers.CharField(help_text="SHA-256 of its bytes.")
    size_bytes = serializers.IntegerField(help_text="Size in bytes.")


class LotItem(serializers.Serializer[Any]):
    """A lot as it stands."""

    number = serializers.CharField(help_text="Number of the lot.")
    state = serializers.ChoiceField(choices=STATES, help_text="Only an accepted lot is stock.")
    purchase_order = serializers.CharField(
        source="purchase_order.number", allow_null=True, default=None, help_text="The order it came on."
    )
    split_from = serializers.CharField(
        source="split_from.number", allow_null=True, default=None, help_text="The lot it is a part of."
    )
    material = serializers.CharField(source="material.code", help_text="Code of the material.")
    facility = serializers.CharField(source="facility.code", help_text="Code of the facility.")
    gross_kg = KilogramsField(source="gross_g", help_text="Weight with packing.")
    net_kg = KilogramsField(source="net_g", help_text="Weight without packing.")
    assay_element = serializers.CharField(help_text="Element of the latest assay.")
    assay_percent = PercentField(help_text="The latest assay, in percent.")
    origin_mining = serializers.CharField(help_text="Country it was mined in.")
    origin_refining = serializers.CharField(help_text="Country it was refined in.")
    stage = serializers.ChoiceField(choices=STAGES, help_text="How far it is processed.")
    producer = serializers.CharField(help_text="Who made it.")
    declared_goods = serializers.CharField(help_text="What the shipment was declared as.")
    received_at = serializers.DateTimeField(help_text="When it came.")
    accepted_at = serializers.DateTimeField(allow_null=True, help_text="Since when it is stock.")
    value_usd = DollarsField(source="value_cents", allow_null=True, help_text="What it cost, in USD.")
    rejection_reason = serializers.CharField(help_text="Why it was rejected; empty if it wasn't.")
    documents = DocumentItem(source="documents.all", many=True, help_text="Its papers.")


class LotFindingItem(serializers.Serializer[Any]):
    """One thing that doesn't agree."""

    code = serializers.CharField(help_text="Stable code.")
    message = serializers.CharField(help_text="A sentence for people.")


class MismatchItem(serializers.Serializer[Any]):
    """A lot in doubt."""

    lot = serializers.CharField(source="lot.number", help_text="Number of the lot.")
    state = serializers.ChoiceField(source="lot.state", choices=STATES, help_text="Where it stands.")
    material = serializers.CharField(source="lot.material.code", help_text="Code of the material.")
    declared_goods = serializers.CharField(source="lot.declared_goods", help_text="What it was declared as.")
    findings = LotFindingItem(many=True, help_text="What disagrees.")
    reason = serializers.CharField(help_text="Why it was stopped or rejected; may be empty.")


class LotQuery(ListQuery):
    """Which lots."""

    material = TextField(required=False, max_length=40, help_text="Only of this material.")
    facility = TextField(required=False, max_length=40, help_text="Only in this facility.")
    state = ChoiceTextField(choices=STATES, required=False, help_text="Only in this state.")


LOT_PAGE = page_schema(LotItem)


class LotListEndpoint(Endpoint):
    """Lots."""

    area = Area.RESERVE

    roles = STAFF_ROLES
    query_serializer = LotQuery
    input_names = LOT_INPUT_NAMES
    parser_classes = (DocumentJsonParser,)

    @extend_schema(operation_id="listLots", parameters=[LotQuery], responses=LOT_PAGE)
    def get(self, _request: Request) -> Response:
        """List lots by number."""
        only = {
            f"{name}_codes": [self.query[name]] for name in ("material", "facility") if name in self.query
        }
        if "state" in self.query:
            only["states"] = [self.query["state"]]
        lots = list_lots(**only).select_related("purchase_order", "material", "facility", "split_from")
        page = page_of(lots, order=("number",), limit=self.query["limit"], cursor=self.query.get("cursor"))
        return paged(page, LotItem)

    @extend_schema(
        operation_id="receiveLot", parameters=[IDEMPOTENCY_KEY], request=NewLot, responses={201: LotItem}
    )
    def post(self, request: Request) -> HttpResponse:
        """Take a delivered lot into quarantine. It counts nowhere until a second person accepts it."""
        values = self.read(NewLot)
        at = values.pop("received_at", None) or timezone.now()
        papers = [DocumentReceipt(**paper) for paper in values.pop("documents")]

        def receive() -> Response:
            receipt = LotReceipt(documents=papers, **values)
            (lot,) = receive_lots(lots=[receipt], actor=self.actor, effective_at=at)
            return Response(LotItem(get_lot(lot_number=lot.number)).data, status=201)

        return answer_once(request, actor=self.actor, route="receiveLot", effect=receive)


class LotEndpoint(Endpoint):
    """One lot."""

    area = Area.RESERVE

    roles = STAFF_ROLES

    @extend_schema(operation_id="readLot", responses=LotItem)
    def get(self, _request: Request, lot_number: str) -> Response:
        """Read a lot."""
        return Response(LotItem(get_lot(lot_number=lot_number)).data)


class MismatchListEndpoint(Endpoint):
    """The mismatch report."""

    area = Area.RESERVE

    roles = STAFF_ROLES

    @extend_schema(operation_id="listMismatches", responses=page_schema(MismatchItem))
    def get(self, _request: Request) -> Response:
        """List lots where declared goods, assay, weight and papers disagree, and those that are stopped."""
        return listed(list_mismatches(), MismatchItem)


class LotAcceptanceEndpoint(Endpoint):
    """Acceptance."""

    area = Area.RESERVE

    roles = (Role.ADMINISTRATOR,)

    @extend_schema(operation_id="proposeLotAcceptance", request=NewAcceptance, responses={201: ProposalItem})
    def post(self, _request: Request, lot_number: str) -> Response:
        """Put a lot before a second person, who must not be its receiver; approving makes it stock."""
        values = self.read(NewAcceptance)
        (proposal,) = propose_lot_acceptances(lot_numbers=[lot_number], actor=self.actor, **values)
        return Response(ProposalItem(proposal).data, status=201)


class LotRejectionEndpoint(Endpoint):
    """Rejection."""

    area = Area.RESERVE

    roles = (Role.ADMINISTRATOR, Role.APPROVER)

    @extend_schema(operation_id="rejectLot", request=StepReason, responses=LotItem)
    def post(self, _request: Request, lot_number: str) -> Response:
        """Send a lot in quarantine back."""
        values = self.read(StepReason)
        lot = reject_lot(lot_number=lot_number, actor=self.actor, effective_at=timezone.now(), **values)
        return Response(LotItem(get_lot(lot_number=lot.number)).data)
