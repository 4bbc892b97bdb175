"""The stock of the reference reserve: catalogue, sites, traders, funding, and what the money buys."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db import transaction

from governance.approvals import approve_proposal
from governance.models import User
from reference.calendar import (
    FIRST_DELIVERY_ON,
    FUNDED_ON,
    LIST_IN_FORCE,
    ORDERED_ON,
    SECOND_DELIVERY_ON,
    at_start_of,
)
from reference.domain.plan import MaterialFigures, affordable_days, quantity_to_buy, split_in_whole_parts
from reference.files import MaterialRow, read_facilities, read_materials, read_participants, read_prices
from reserve.domain.requests import (
    CapacitySpec,
    DocumentReceipt,
    FacilitySpec,
    LotReceipt,
    MaterialSpec,
    PriceRecord,
    PurchaseOrderRequest,
    TraderSpec,
    TrancheSpec,
)
from reserve.models import Facility, FundingTranche, MaterialList, PurchaseOrder, Trader
from reserve.services import (
    pay_trader,
    place_purchase_orders,
    propose_lot_acceptances,
    receive_lots,
    record_prices,
    register_facilities,
    register_material_list,
    register_materials,
    register_traders,
    register_tranches,
)

LIST_CODE = "us-2025"
TARGET_DAYS = 60
HIGH_RISK_TARGET_DAYS = 180
LOAN_CENTS = 10_000_000_000_00
PRIVATE_CENTS = 2_000_000_000_00
# Not published; the carrying cost of the worked example F (docs/algorithms) uses the same rate.
LOAN_RATE_PERCENT = Decimal("4.80")


@transaction.atomic
def register_catalogue(*, actor: User) -> None:
    """The 60 materials of the list of 2025 with their published prices, unless they are there."""
    if MaterialList.objects.filter(code=LIST_CODE).exists():
        return
    register_material_list(
        code=LIST_CODE,
        title="United States list of critical minerals, 7 November 2025",
        effective_from=LIST_IN_FORCE,
        actor=actor,
    )
    rows = read_materials()
    register_materials(materials=[_material_spec(row) for row in rows], actor=actor)
    record_prices(prices=_price_records(rows), actor=actor)


@transaction.atomic
def register_sites_and_traders(*, actor: User) -> None:
    """Three example facilities and the three reported traders, unless they are there."""
    if not Facility.objects.exists():
        register_facilities(facilities=_facility_specs(), actor=actor)
    if not Trader.objects.exists():
        traders = [row for row in read_participants() if row.role == "trader"]
        specs = [
            TraderSpec(code=trader_code(row.name), legal_name=row.legal_name, country=row.country)
            for row in traders
        ]
        register_traders(traders=specs, actor=actor)


@transaction.atomic
def register_funding(*, actor: User) -> None:
    """10 billion USD of loan and 2 billion USD of private capital, unless they are there."""
    if FundingTranche.objects.exists():
        return
    tranches = (
        TrancheSpec(code="private-capital", kind="private", limit_cents=PRIVATE_CENTS),
        TrancheSpec(
            code="loan-2026", kind="loan", limit_cents=LOAN_CENTS, annual_rate_percent=LOAN_RATE_PERCENT
        ),
    )
    register_tranches(tranches=tranches, actor=actor, effective_at=at_start_of(FUNDED_ON))


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
    places = [site.code for site in _facility_specs() if _takes(site, row.storage_class)][:2]
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
        lots = receive_lots(lots=[_receipt(row, order)], actor=receiver, effective_at=at_start_of(day))
        accept_lots([lot.number for lot in lots], day, proposer=orderer, approver=approver)
        pay_trader(trader_code=order.trader.code, actor=orderer, effective_at=at_start_of(day))


def accept_lots(numbers: list[str], day: date, *, proposer: User, approver: User) -> None:
    """Have lots accepted: proposed by one person, approved by another."""
    proposals = propose_lot_acceptances(lot_numbers=numbers, actor=proposer, effective_at=at_start_of(day))
    for proposal in proposals:
        approve_proposal(proposal_id=proposal.id, actor=approver)


def trader_code(name: str) -> str:
    """A trader's code: its short name in lower case with hyphens."""
    return name.lower().replace(" ", "-")


def _material_spec(row: MaterialRow) -> MaterialSpec:
    return MaterialSpec(
        code=row.code,
        list_code=LIST_CODE,
        effective_from=LIST_IN_FORCE,
        name=row.name,
        storage_class=row.storage_class,
        allocation_unit_g=row.allocation_unit_g,
        symbol=row.symbol,
        commercial_form=row.commercial_form,
        cas_number=row.cas_number,
        is_high_risk=bool(row.high_risk_reason),
        target_days=HIGH_RISK_TARGET_DAYS if row.high_risk_reason else TARGET_DAYS,
        hazard_notes=row.hazard_note,
        us_consumption_g_per_year=row.use_g_per_year,
        consumption_year=row.consumption_year,
        net_import_reliance=row.net_import_reliance,
        primary_import_source=row.primary_import_source,
        leading_producer=row.leading_producer,
        source=row.source,
    )


def _price_records(rows: list[MaterialRow]) -> list[PriceRecord]:
    """Published prices, converted to the unit in which use is counted.

    A survey renames a series now and then; the one with the newest figure is the primary.
    """
    factors = {row.code: row.price_factor for row in rows}
    newest = {price.code: price.series for price in sorted(read_prices(), key=lambda price: price.year)}
    return [
        PriceRecord(
            material_code=price.code,
            series=price.series,
            as_of=date(price.year, 12, 31),
            price_usd_per_kg=(price.price_usd_per_kg * factors[price.code]).quantize(Decimal("0.000001")),
            source=price.source,
            is_primary=price.series == newest[price.code],
        )
        for price in read_prices()
    ]


def _facility_specs() -> list[FacilitySpec]:
    rows = read_facilities()
    names = {row.code: (row.name, row.address) for row in rows}
    return [
        FacilitySpec(
            code=code,
            name=name,
            address=address,
            capacities=[
                CapacitySpec(
                    storage_class=row.storage_class,
                    capacity_g=row.capacity_g,
                    load_out_g_per_day=row.load_out_g_per_day,
                )
                for row in rows
                if row.code == code
            ],
        )
        for code, (name, address) in names.items()
    ]


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


def _receipt(row: MaterialRow, order: PurchaseOrder) -> LotReceipt:
    return LotReceipt(
        purchase_order_number=order.number,
        gross_g=order.quantity_g,
        net_g=order.quantity_g,
        documents=example_documents(row, order.number, order.quantity_g),
        **example_make(row),
    )


def example_make(row: MaterialRow) -> dict[str, object]:
    """What an example lot of a material is declared to be, as fields of a receipt."""
    return {
        "assay_element": row.assay_element,
        "assay_percent": row.assay_percent,
        "origin_mining": row.origin_country,
        "origin_refining": row.origin_country,
        "stage": row.stage,
        "producer": "example producer",
        "declared_goods": row.name,
    }


def example_documents(row: MaterialRow, reference: str, net_g: int) -> list[DocumentReceipt]:
    """The four papers of an example lot. Each says that it is an example."""
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
