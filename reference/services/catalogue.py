"""What the reference reserve is set up with: catalogue, prices, sites, traders, funding."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from governance.models import User
from governance.selectors import get_system_user
from reference.calendar import FUNDED_ON, LIST_IN_FORCE, at_start_of
from reference.files import MaterialRow, read_facilities, read_materials, read_participants, read_prices
from reserve.domain.requests import (
    CapacitySpec,
    FacilitySpec,
    MaterialSpec,
    PriceRecord,
    TraderSpec,
    TrancheSpec,
)
from reserve.models import Facility, FundingTranche, MaterialList, Trader
from reserve.services import (
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
    record_prices(prices=_price_records(rows), actor=get_system_user())


@transaction.atomic
def register_sites_and_traders(*, actor: User) -> None:
    """Three example facilities and the three reported traders, unless they are there."""
    if not Facility.objects.exists():
        register_facilities(facilities=facility_specs(), actor=actor)
    if not Trader.objects.exists():
        traders = [row for row in read_participants() if row.role == "trader"]
        specs = [
            TraderSpec(code=trader_code(row.name), legal_name=row.legal_name, country=row.country)
            for row in traders
        ]
        register_traders(traders=specs, actor=actor)


@transaction.atomic
def register_funding() -> None:
    """10 billion USD of loan and 2 billion USD of private capital, unless they are there."""
    if FundingTranche.objects.exists():
        return
    tranches = (
        TrancheSpec(code="private-capital", kind="private", limit_cents=PRIVATE_CENTS),
        TrancheSpec(
            code="loan-2026", kind="loan", limit_cents=LOAN_CENTS, annual_rate_percent=LOAN_RATE_PERCENT
        ),
    )
    register_tranches(tranches=tranches, actor=get_system_user(), effective_at=at_start_of(FUNDED_ON))


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


def facility_specs() -> list[FacilitySpec]:
    """The example facilities with their capacities, in the order of the data file."""
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
