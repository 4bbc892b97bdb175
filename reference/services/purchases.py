"""What the reference reserve's money buys: orders, lots, their acceptance and payment."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from django.db import transaction

from governance.approvals import approve_proposal
from governance.models import User
from reference.calendar import FIRST_DELIVERY_ON, FUNDED_ON, ORDERED_ON, SECOND_DELIVERY_ON, at_start_of
from reference.domain.plan import MaterialFigures, affordable_days, quantity_to_buy, split_in_whole_parts
from reference.files import MaterialRow, read_materials, read_participants
from reference.services.catalogue import (
    LOAN_CENTS,
    PRIVATE_CENTS,
    TARGET_DAYS,
    facility_specs,
    trader_code,
)
from reserve.domain.requests import (
    DocumentReceipt,
    FacilitySpec,
    InKindDelivery,
    LotReceipt,
    PurchaseOrderRequest,
)
from reserve.models import PurchaseOrder
from reserve.services import pay_trader, place_purchase_orders, propose_lot_acceptances, receive_lots


def funded_days(rows: list[MaterialRow]) -> Fraction:
    """Days of every material that the funding buys, at most the target."""
    figures = [row.figures for row in rows if row.figures is not None]
    return affordable_days(figures, funding_cents=LOAN_CENTS + PRIVATE_CENTS, target_days=TARGET_DAYS)


def buy_everything(*, orderer: User, receiver: User, approver: User) -> Iterator[tuple[int, int]]:
    """Order, receive, accept and pay each material with published figures. Yields (done, total).

    One transaction a material, so that a load that was broken off goes on where it stopped.
    """
    rows = read_materials()
    days = funded_days(rows)
    bought = [(row, row.figures) for row in rows if row.figures is not None]
    for done, (row, figures) in enumerate(bought, start=1):
        if not PurchaseOrder.objects.filter(material__code=row.code).exists():
            _buy(row, figures, days, orderer=orderer, receiver=receiver, approver=approver)
        yield done, len(bought)


@transaction.atomic
def _buy(
    row: MaterialRow,
    figures: MaterialFigures,
    days: Fraction,
    *,
    orderer: User,
    receiver: User,
    approver: User,
) -> None:
    """Two lots of a material at two facilities, each from another trader, accepted by a second person."""
    places = [site.code for site in facility_specs() if _takes(site, row.storage_class)][:2]
    parts = split_in_whole_parts(
        quantity_to_buy(figures, days=days, target_days=TARGET_DAYS),
        parts=len(places),
        unit_g=row.allocation_unit_g,
    )
    orders = place_purchase_orders(
        orders=[_order(row, figures, place, part) for place, part in zip(places, parts, strict=False)],
        actor=orderer,
        effective_at=at_start_of(ORDERED_ON),
    )
    for order, day in zip(orders, (FIRST_DELIVERY_ON, SECOND_DELIVERY_ON), strict=False):
        lot = example_lot(
            row, net_g=order.quantity_g, reference=order.number, purchase_order_number=order.number
        )
        lots = receive_lots(lots=[lot], actor=receiver, effective_at=at_start_of(day))
        accept_lots([lot.number for lot in lots], day, proposer=orderer, approver=approver)
        pay_trader(trader_code=order.trader.code, actor=orderer, effective_at=at_start_of(day))


def accept_lots(numbers: list[str], day: date, *, proposer: User, approver: User) -> None:
    """Have lots accepted: proposed by one person, approved by another."""
    proposals = propose_lot_acceptances(lot_numbers=numbers, actor=proposer, effective_at=at_start_of(day))
    for proposal in proposals:
        approve_proposal(proposal_id=proposal.id, actor=approver)


def _takes(site: FacilitySpec, storage_class: str) -> bool:
    return any(capacity.storage_class == storage_class for capacity in site.capacities)


def _order(row: MaterialRow, figures: MaterialFigures, place: str, quantity_g: int) -> PurchaseOrderRequest:
    traders = [trader_code(person.name) for person in read_participants() if person.role == "trader"]
    turn = sum(row.code.encode()) + sum(place.encode())
    return PurchaseOrderRequest(
        trader_code=traders[turn % len(traders)],
        material_code=row.code,
        facility_code=place,
        quantity_g=quantity_g,
        price_usd_per_kg=figures.price_usd_per_kg,
        assay_element=row.assay_element,
        assay_percent=row.assay_percent,
        window_from=FUNDED_ON,
        window_until=SECOND_DELIVERY_ON,
    )


def example_lot(
    row: MaterialRow,
    *,
    net_g: int,
    reference: str,
    purchase_order_number: str = "",
    in_kind: InKindDelivery | None = None,
) -> LotReceipt:
    """An example lot of a material, on a purchase order or in kind, with its four papers."""
    return LotReceipt(
        gross_g=net_g,
        net_g=net_g,
        assay_element=row.assay_element,
        assay_percent=row.assay_percent,
        origin_mining=row.origin_country,
        origin_refining=row.origin_country,
        stage=row.stage,
        producer="example producer",
        declared_goods=row.name,
        documents=_example_documents(row, reference, net_g),
        purchase_order_number=purchase_order_number,
        in_kind=in_kind,
    )


def _example_documents(row: MaterialRow, reference: str, net_g: int) -> list[DocumentReceipt]:
    """Each paper says that it is an example."""
    kinds = ("assay_certificate", "certificate_of_origin", "bill_of_lading", "customs_entry")
    return [
        DocumentReceipt(
            kind=kind,
            filename=f"{kind}.txt",
            content=(
                f"EXAMPLE {kind.replace('_', ' ')}\nreference {reference}\nmaterial {row.name}\n"
                f"net {net_g} g\n{row.assay_element} {row.assay_percent} percent\n"
                f"origin {row.origin_country}\n"
            ).encode(),
            stated_goods=row.name,
            stated_net_g=net_g,
            stated_assay_percent=row.assay_percent if kind == "assay_certificate" else None,
            stated_origin=row.origin_country if kind == "certificate_of_origin" else "",
        )
        for kind in kinds
    ]
