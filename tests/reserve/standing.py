"""A small standing reserve for tests, built through the services only. Its names are examples.

Two materials (antimony in a warehouse, gallium among the hazardous), two facilities, one trader, private
capital and a loan, and four people: an administrator, a second one, an approver, and finance.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from governance.approvals import approve_proposal
from governance.models import User
from governance.selectors import get_system_user
from governance.services.users import create_user
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
from reserve.models import Lot, PurchaseOrder
from reserve.services import (
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

DAY = date(2026, 3, 1)
NOON = datetime(2026, 3, 1, 17, tzinfo=UTC)
TONNE = 1_000_000
USD = 100

_serial = count()


@dataclass(frozen=True)
class People:
    """Who acts in the tests."""

    administrator: User
    second_administrator: User
    approver: User
    finance: User


def build_people() -> People:
    """One user for each role that the reserve's steps need."""
    return People(
        administrator=create_user(username="administrator", roles=["administrator"]),
        second_administrator=create_user(username="second-administrator", roles=["administrator"]),
        approver=create_user(username="approver", roles=["approver"]),
        finance=create_user(username="finance", roles=["finance"]),
    )


def build_catalogue(people: People) -> None:
    """Materials with prices, facilities and a trader; no money yet."""
    register_material_list(
        code="us-2025", title="List of 2025", effective_from=date(2025, 11, 7), actor=people.administrator
    )
    register_materials(materials=[material("antimony"), gallium()], actor=people.administrator)
    record_prices(prices=[price("antimony", "22.575"), price("gallium", "439")], actor=get_system_user())
    register_facilities(facilities=FACILITIES, actor=people.administrator)
    register_traders(
        traders=[TraderSpec(code="trader-one", legal_name="Example Trader One", country="US")],
        actor=people.administrator,
    )


def build_reserve(*, private_cents: int = 200_000 * USD, loan_cents: int = 800_000 * USD) -> People:
    """The catalogue, and funding to buy with."""
    people = build_people()
    build_catalogue(people)
    register_tranches(
        tranches=[
            TrancheSpec(
                code="loan-a",
                kind="loan",
                limit_cents=loan_cents,
                annual_rate_percent=Decimal("4.80"),
            ),
            TrancheSpec(code="capital", kind="private", limit_cents=private_cents),
        ],
        actor=get_system_user(),
        effective_at=NOON,
    )
    return people


FACILITIES = (
    FacilitySpec(
        code="east",
        name="Example East",
        address="example address",
        capacities=[
            CapacitySpec(storage_class="warehouse", capacity_g=100 * TONNE, load_out_g_per_day=TONNE),
            CapacitySpec(storage_class="hazardous", capacity_g=TONNE, load_out_g_per_day=TONNE),
        ],
    ),
    FacilitySpec(
        code="west",
        name="Example West",
        address="example address",
        capacities=[
            CapacitySpec(storage_class="warehouse", capacity_g=100 * TONNE, load_out_g_per_day=TONNE)
        ],
    ),
)


def material(code: str, **changes: object) -> MaterialSpec:
    """A material of the example list; any field can be changed."""
    values: dict[str, object] = {
        "code": code,
        "list_code": "us-2025",
        "effective_from": date(2025, 11, 7),
        "name": code.capitalize(),
        "storage_class": "warehouse",
        "allocation_unit_g": 1000,
        "us_consumption_g_per_year": 28_600 * TONNE,
    }
    return MaterialSpec(**(values | changes))  # type: ignore[arg-type]


def gallium() -> MaterialSpec:
    """A high-risk material of another storage class."""
    return material(
        "gallium", storage_class="hazardous", is_high_risk=True, us_consumption_g_per_year=18_700_000
    )


def price(code: str, usd_per_kg: str, **changes: object) -> PriceRecord:
    """A price of the primary series on the first of March."""
    values: dict[str, object] = {
        "material_code": code,
        "series": "market",
        "as_of": DAY,
        "price_usd_per_kg": Decimal(usd_per_kg),
    }
    return PriceRecord(**(values | changes))  # type: ignore[arg-type]


def order(**changes: object) -> PurchaseOrderRequest:
    """An order of ten tonnes of antimony at 20.00 USD/kg (200,000 USD) to the east."""
    values: dict[str, object] = {
        "trader_code": "trader-one",
        "material_code": "antimony",
        "facility_code": "east",
        "quantity_g": 10 * TONNE,
        "price_usd_per_kg": Decimal("20.00"),
        "assay_element": "Sb",
        "assay_percent": Decimal("99.65"),
        "window_from": DAY,
        "window_until": date(2026, 6, 1),
    }
    return PurchaseOrderRequest(**(values | changes))  # type: ignore[arg-type]


def documents(**changes: object) -> list[DocumentReceipt]:
    """The four papers of a delivery, each with content of its own."""
    kinds = ("assay_certificate", "certificate_of_origin", "bill_of_lading", "customs_entry")
    values: list[dict[str, object]] = [
        {"kind": kind, "filename": f"{kind}.pdf", "content": f"{kind} {next(_serial)}".encode()}
        for kind in kinds
    ]
    return [DocumentReceipt(**(value | changes)) for value in values]  # type: ignore[arg-type]


def lot(purchase_order: PurchaseOrder | str, **changes: object) -> LotReceipt:
    """Five tonnes of antimony on an order, with everything in order."""
    number = purchase_order if isinstance(purchase_order, str) else purchase_order.number
    values: dict[str, object] = {
        "purchase_order_number": number,
        "gross_g": 5_100_000,
        "net_g": 5_000_000,
        "assay_element": "Sb",
        "assay_percent": Decimal("99.70"),
        "origin_mining": "BO",
        "origin_refining": "KR",
        "stage": "metal",
        "producer": "Example Producer",
        "declared_goods": "Antimony metal ingots",
        "documents": documents(),
    }
    return LotReceipt(**(values | changes))  # type: ignore[arg-type]


def accept(lots: Sequence[Lot], people: People, effective_at: datetime | None = None) -> list[Lot]:
    """Propose lots and let the approver accept them; answers them as they stand then."""
    numbers = [row.number for row in lots]
    for proposal in propose_lot_acceptances(
        lot_numbers=numbers, actor=people.second_administrator, effective_at=effective_at
    ):
        approve_proposal(proposal_id=proposal.id, actor=people.approver)
    return list(Lot.objects.filter(number__in=numbers).order_by("number"))


def stock_up(
    people: People, *, material_code: str = "antimony", facility_code: str = "east", grams: int = 5 * TONNE
) -> Lot:
    """One accepted lot of the material, bought at 20.00 USD/kg."""
    element = {"antimony": "Sb", "gallium": "Ga"}[material_code]
    placed = place_purchase_orders(
        orders=[
            order(
                material_code=material_code,
                facility_code=facility_code,
                quantity_g=grams,
                assay_element=element,
            )
        ],
        actor=people.administrator,
        effective_at=NOON,
    )
    received = receive_lots(
        lots=[
            lot(
                placed[0],
                gross_g=grams,
                net_g=grams,
                assay_element=element,
                declared_goods=f"{material_code} metal",
            )
        ],
        actor=people.administrator,
        effective_at=NOON,
    )
    return accept(received, people, NOON)[0]
