"""Receiving lots into quarantine, and rejecting them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from ledger.domain.quantities import format_kg
from ledger.services import JournalRequest, TransferRequest, post_journals
from reserve.domain import accounts
from reserve.domain.measures import check_percent, check_quantity
from reserve.domain.requests import LotReceipt
from reserve.errors import (
    LotBeyondOrder,
    LotDecided,
    LotNotFound,
    LotWithoutOrder,
    NetAboveGross,
    OrderClosed,
    ReasonMissing,
)
from reserve.legal_entities import check_country
from reserve.models import Facility, Lot, Material, PurchaseOrder
from reserve.moments import refuse_before, refuse_future
from reserve.selectors.materials import get_materials, reserve_day
from reserve.selectors.storage import get_facilities
from reserve.services.lot_documents import keep_documents
from reserve.services.number_series import draw_numbers
from reserve.services.purchase_orders import lock_orders
from reserve.services.storage import open_storage_accounts, require_room
from reserve.texts import check_texts


@transaction.atomic
def receive_lots(*, lots: Sequence[LotReceipt], actor: User, effective_at: datetime) -> list[Lot]:
    """Take delivered lots into quarantine, all or none. They count nowhere until accepted.

    Raises PurchaseOrderNotFound, OrderClosed, LotBeyondOrder, LotWithoutOrder, NetAboveGross,
    QuantityNotPositive, PercentOutOfRange, MalformedCountry, ValueNotAllowed, MaterialNotFound,
    FacilityNotFound, StorageClassNotTaken, CapacityExceeded, DocumentAlreadyUsed, DocumentEmpty,
    DocumentTooLarge, EffectiveInFuture, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    refuse_future(effective_at)
    for receipt in lots:
        _check_receipt(receipt)
    orders = lock_orders(numbers=[lot.purchase_order_number for lot in lots if lot.purchase_order_number])
    _count_as_delivered(lots, orders)
    rows = [
        _row_of(number, lot, expected, actor=actor, effective_at=effective_at)
        for number, lot, expected in zip(
            draw_numbers(series="LOT", count=len(lots)),
            lots,
            _expectations(lots, orders, effective_at),
            strict=True,
        )
    ]
    check_texts(rows)
    _require_room_for(rows, effective_at)
    with refusals_of_constraints():
        Lot.objects.bulk_create(rows)
    keep_documents(
        documents=[(row, paper) for row, lot in zip(rows, lots, strict=True) for paper in lot.documents]
    )
    open_storage_accounts(places={(row.facility.code, row.material.code) for row in rows})
    post_journals(journals=[_receipt_journal(row) for row in rows])
    return rows


@transaction.atomic
def reject_lot(*, lot_number: str, actor: User, reason: str, effective_at: datetime) -> Lot:
    """Send a lot back: it leaves quarantine, and its order may be delivered again.

    Raises LotNotFound, LotDecided, ReasonMissing, DatesReversed, EffectiveInFuture, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.APPROVER, Role.SYSTEM)
    if not reason.strip():
        raise ReasonMissing("Say why the lot is rejected.", field="reason")
    refuse_future(effective_at)
    lot = lock_lots(lot_numbers=[lot_number])[0]
    refuse_decided(lot)
    refuse_before(effective_at, lot.received_at, "A lot can't go before it came.", lot=lot.number)
    lot.state = Lot.State.REJECTED
    lot.rejected_by, lot.rejected_at, lot.rejection_reason = actor, effective_at, reason
    lot.save(update_fields=["state", "rejected_by", "rejected_at", "rejection_reason"])
    if lot.purchase_order is not None:
        lot.purchase_order.delivered_g -= lot.net_g
        lot.purchase_order.save(update_fields=["delivered_g"])
    post_journals(journals=[_rejection_journal(lot, effective_at)])
    return lot


def lock_lots(*, lot_numbers: Sequence[str]) -> list[Lot]:
    """Lock lots and the orders they came on (orders first), in the order given. Raises LotNotFound."""
    order_numbers = PurchaseOrder.objects.filter(lots__number__in=lot_numbers).values_list(
        "number", flat=True
    )
    orders = {order.id: order for order in lock_orders(numbers=list(order_numbers)).values()}
    rows = (
        Lot.objects.select_for_update(of=("self",))
        .select_related("material", "facility")
        .filter(number__in=lot_numbers)
        .order_by("number")
    )
    found = {lot.number: lot for lot in rows}
    missing = sorted(set(lot_numbers) - found.keys())
    if missing:
        raise LotNotFound("No lot has this number.", field="lot", lots=missing)
    for lot in found.values():
        if lot.purchase_order_id is not None:
            lot.purchase_order = orders[lot.purchase_order_id]
    return [found[number] for number in lot_numbers]


def refuse_decided(lot: Lot) -> None:
    """Raise LotDecided unless the lot waits in quarantine."""
    if lot.state != Lot.State.QUARANTINED:
        raise LotDecided(f"The lot is {lot.state} already.", lot=lot.number, state=lot.state)


@dataclass(frozen=True, slots=True)
class _Expected:
    """What a lot has to be, from its purchase order or from what it answers in kind."""

    order: PurchaseOrder | None
    in_kind_reference: str
    material: Material
    facility: Facility
    assay_element: str
    assay_percent: Decimal


def _check_receipt(receipt: LotReceipt) -> None:
    if bool(receipt.purchase_order_number) == (receipt.in_kind is not None):
        raise LotWithoutOrder("Name either a purchase order or what the lot answers in kind.")
    check_quantity(receipt.net_g, field="net")
    check_quantity(receipt.gross_g, field="gross")
    check_percent(receipt.assay_percent, field="assay_percent")
    if receipt.net_g > receipt.gross_g:
        raise NetAboveGross(
            "A lot can't weigh more net than gross.",
            field="net",
            net_kg=format_kg(receipt.net_g),
            gross_kg=format_kg(receipt.gross_g),
        )


def _count_as_delivered(lots: Sequence[LotReceipt], orders: dict[str, PurchaseOrder]) -> None:
    """Add the lots to what was delivered on their orders, which are locked."""
    for lot in lots:
        if not lot.purchase_order_number:
            continue
        order = orders[lot.purchase_order_number]
        if order.state == PurchaseOrder.State.CLOSED:
            raise OrderClosed("The order is closed.", purchase_order=order.number)
        lacking = order.quantity_g - order.delivered_g
        if lot.net_g > lacking:
            raise LotBeyondOrder(
                "The lot would bring more than its order still lacks.",
                field="net",
                purchase_order=order.number,
                lacking_kg=format_kg(lacking),
                net_kg=format_kg(lot.net_g),
            )
        order.delivered_g += lot.net_g
    with refusals_of_constraints():
        PurchaseOrder.objects.bulk_update(orders.values(), ["delivered_g"])


def _expectations(
    lots: Sequence[LotReceipt], orders: dict[str, PurchaseOrder], effective_at: datetime
) -> list[_Expected]:
    in_kind = [lot.in_kind for lot in lots if lot.in_kind is not None]
    materials = get_materials(
        material_codes=[kind.material_code for kind in in_kind], at=reserve_day(effective_at)
    )
    facilities = get_facilities(facility_codes=[kind.facility_code for kind in in_kind])
    expected = []
    for lot in lots:
        if lot.in_kind is None:
            order = orders[lot.purchase_order_number]
            what, where = order.material, order.facility
            expected.append(_Expected(order, "", what, where, order.assay_element, order.assay_percent))
        else:
            kind = lot.in_kind
            what, where = materials[kind.material_code].material, facilities[kind.facility_code]
            percent = check_percent(kind.assay_percent, field="expected_assay_percent")
            expected.append(_Expected(None, kind.reference, what, where, kind.assay_element, percent))
    return expected


def _row_of(number: str, lot: LotReceipt, expected: _Expected, *, actor: User, effective_at: datetime) -> Lot:
    return Lot(
        number=number,
        purchase_order=expected.order,
        in_kind_reference=expected.in_kind_reference,
        facility=expected.facility,
        material=expected.material,
        gross_g=lot.gross_g,
        net_g=lot.net_g,
        assay_element=lot.assay_element,
        assay_percent=lot.assay_percent,
        expected_assay_element=expected.assay_element,
        expected_assay_percent=expected.assay_percent,
        origin_mining=check_country(lot.origin_mining, field="origin_mining"),
        origin_refining=check_country(lot.origin_refining, field="origin_refining"),
        stage=lot.stage,
        producer=lot.producer,
        declared_goods=lot.declared_goods,
        received_by=actor,
        received_at=effective_at,
    )


def _require_room_for(rows: Sequence[Lot], effective_at: datetime) -> None:
    materials = get_materials(
        material_codes={row.material.code for row in rows}, at=reserve_day(effective_at)
    )
    require_room(
        arrivals=[(row.facility.code, materials[row.material.code].storage_class, row.net_g) for row in rows]
    )


def _receipt_journal(lot: Lot) -> JournalRequest:
    facility, material = lot.facility.code, lot.material.code
    return JournalRequest(
        kind="reserve.lot_received",
        idempotency_key=f"lot:{lot.id}:receive",
        effective_at=lot.received_at,
        transfers=[
            TransferRequest(accounts.outside(material), accounts.quarantine(facility, material), lot.net_g)
        ],
        reference_type="lot",
        reference_id=str(lot.id),
    )


def _rejection_journal(lot: Lot, effective_at: datetime) -> JournalRequest:
    facility, material = lot.facility.code, lot.material.code
    return JournalRequest(
        kind="reserve.lot_rejected",
        idempotency_key=f"lot:{lot.id}:reject",
        effective_at=effective_at,
        transfers=[
            TransferRequest(accounts.quarantine(facility, material), accounts.outside(material), lot.net_g)
        ],
        reference_type="lot",
        reference_id=str(lot.id),
    )
