"""Placing and closing purchase orders within the funding."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from ledger.domain.quantities import cost_cents
from ledger.services import JournalRequest, TransferRequest, post_journals
from reserve.domain import accounts
from reserve.domain.measures import check_percent, check_price, check_quantity
from reserve.domain.requests import PurchaseOrderRequest
from reserve.errors import (
    OrderClosed,
    OrderHasLotsWaiting,
    OrderWorthNothing,
    PurchaseOrderNotFound,
    ReasonMissing,
    TraderNotFound,
)
from reserve.models import Facility, MaterialVersion, PurchaseOrder, Trader
from reserve.selectors.materials import get_materials, reserve_day
from reserve.selectors.storage import get_facilities
from reserve.services.ceilings import lock_ceiling
from reserve.services.funding import refusals_of_funding
from reserve.services.number_series import draw_numbers
from reserve.services.storage import open_storage_accounts, require_storage_classes
from reserve.texts import check_texts


@transaction.atomic
def place_purchase_orders(
    *, orders: Sequence[PurchaseOrderRequest], actor: User, effective_at: datetime
) -> list[PurchaseOrder]:
    """Place orders, all or none; each keeps its value of the funding's headroom from now on.

    Raises TraderNotFound, MaterialNotFound, FacilityNotFound, StorageClassNotTaken, FundingExceeded,
    CeilingExceeded, QuantityNotPositive, PriceNotPositive, OrderWorthNothing, PercentOutOfRange,
    DatesReversed, CurrencyNotSupported, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    for order in orders:
        check_quantity(order.quantity_g, field="quantity")
        check_price(order.price_usd_per_kg, field="price")
        check_percent(order.assay_percent, field="assay_percent")
    traders = _traders_by_code({order.trader_code for order in orders})
    facilities = get_facilities(facility_codes=[order.facility_code for order in orders])
    materials = get_materials(
        material_codes=[order.material_code for order in orders], at=reserve_day(effective_at)
    )
    require_storage_classes(
        places={(order.facility_code, materials[order.material_code].storage_class) for order in orders}
    )
    build = partial(
        _order_of, traders=traders, facilities=facilities, materials=materials, actor=actor, at=effective_at
    )
    numbers = draw_numbers(series="PO", count=len(orders))
    rows = [build(number, order) for number, order in zip(numbers, orders, strict=True)]
    check_texts(rows)
    with refusals_of_constraints():
        PurchaseOrder.objects.bulk_create(rows)
    open_storage_accounts(places={(order.facility_code, order.material_code) for order in orders})
    ceiling = lock_ceiling()
    with refusals_of_funding(ceiling=ceiling):
        post_journals(journals=[_placement_journal(row, has_ceiling=ceiling is not None) for row in rows])
    return rows


@transaction.atomic
def close_purchase_order(*, number: str, actor: User, reason: str, effective_at: datetime) -> PurchaseOrder:
    """Expect nothing more on an order and give back the funding it still keeps.

    Raises PurchaseOrderNotFound, OrderClosed, OrderHasLotsWaiting, ReasonMissing, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    if not reason.strip():
        raise ReasonMissing("Say why the order is closed.", field="reason")
    order = lock_orders(numbers=[number])[number]
    if order.state == PurchaseOrder.State.CLOSED:
        raise OrderClosed("The order is closed already.", purchase_order=number)
    if order.delivered_g > order.accepted_g:
        raise OrderHasLotsWaiting("Lots of the order wait in quarantine.", purchase_order=number)
    order.state = PurchaseOrder.State.CLOSED
    order.closed_reason = reason
    order.save(update_fields=["state", "closed_reason"])
    kept = order.value_cents - cost_cents(
        quantity_g=order.accepted_g, price_usd_per_kg=order.price_usd_per_kg
    )
    if kept:
        journal = _closing_journal(order, kept, effective_at, has_ceiling=lock_ceiling() is not None)
        post_journals(journals=[journal])
    return order


def lock_orders(*, numbers: Sequence[str]) -> dict[str, PurchaseOrder]:
    """Lock orders by number, with their material, trader and facility. Raises PurchaseOrderNotFound."""
    rows = (
        PurchaseOrder.objects.select_for_update(of=("self",))
        .select_related("material", "trader", "facility")
        .filter(number__in=set(numbers))
        .order_by("number")
    )
    found = {order.number: order for order in rows}
    missing = sorted(set(numbers) - found.keys())
    if missing:
        raise PurchaseOrderNotFound(
            "No purchase order has this number.", field="purchase_order", purchase_orders=missing
        )
    return found


def _traders_by_code(codes: set[str]) -> dict[str, Trader]:
    found = {trader.code: trader for trader in Trader.objects.filter(code__in=codes)}
    missing = sorted(codes - found.keys())
    if missing:
        raise TraderNotFound("No trader has this code.", field="trader", traders=missing)
    return found


def _order_of(
    number: str,
    order: PurchaseOrderRequest,
    *,
    traders: dict[str, Trader],
    facilities: dict[str, Facility],
    materials: dict[str, MaterialVersion],
    actor: User,
    at: datetime,
) -> PurchaseOrder:
    value = cost_cents(quantity_g=order.quantity_g, price_usd_per_kg=order.price_usd_per_kg)
    if value == 0:
        raise OrderWorthNothing("The order's value rounds to less than one cent.", field="quantity")
    return PurchaseOrder(
        number=number,
        trader=traders[order.trader_code],
        material=materials[order.material_code].material,
        facility=facilities[order.facility_code],
        quantity_g=order.quantity_g,
        price_usd_per_kg=order.price_usd_per_kg,
        currency=order.currency,
        value_cents=check_quantity(value, field="quantity"),
        assay_element=order.assay_element,
        assay_percent=order.assay_percent,
        window_from=order.window_from,
        window_until=order.window_until,
        placed_by=actor,
        placed_at=at,
    )


def _placement_journal(order: PurchaseOrder, *, has_ceiling: bool) -> JournalRequest:
    value = order.value_cents
    transfers = [TransferRequest(accounts.HEADROOM, accounts.ordered(order.material.code), value)]
    if has_ceiling:
        transfers.append(TransferRequest(accounts.CEILING, accounts.CEILING_CONTRA, value))
    return JournalRequest(
        kind="reserve.order_placed",
        idempotency_key=f"order:{order.id}:place",
        effective_at=order.placed_at,
        transfers=transfers,
        reference_type="purchase_order",
        reference_id=str(order.id),
    )


def _closing_journal(
    order: PurchaseOrder, kept_cents: int, effective_at: datetime, *, has_ceiling: bool
) -> JournalRequest:
    transfers = [TransferRequest(accounts.ordered(order.material.code), accounts.HEADROOM, kept_cents)]
    if has_ceiling:
        transfers.append(TransferRequest(accounts.CEILING_CONTRA, accounts.CEILING, kept_cents))
    return JournalRequest(
        kind="reserve.order_closed",
        idempotency_key=f"order:{order.id}:close",
        effective_at=effective_at,
        transfers=transfers,
        reference_type="purchase_order",
        reference_id=str(order.id),
    )
