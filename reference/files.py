"""Reads the data files of the reference reserve into typed rows."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from reference.domain.plan import MaterialFigures

DATA = Path(__file__).parent / "data"
GRAMS_PER_TONNE = 1_000_000


@dataclass(frozen=True)
class MaterialRow:
    """One of the 60 listed materials. Masses in grams; prices in USD per kg as use is counted."""

    code: str
    name: str
    symbol: str
    commercial_form: str
    cas_number: str
    use_g_per_year: int | None
    consumption_year: int | None
    price_usd_per_kg: Decimal | None
    price_year: int | None
    price_factor: Decimal
    net_import_reliance: str
    primary_import_source: str
    leading_producer: str
    source: str
    storage_class: str
    hazard_note: str
    high_risk_reason: str
    allocation_unit_g: int
    origin_country: str
    assay_element: str
    assay_percent: Decimal
    stage: str

    @property
    def figures(self) -> MaterialFigures | None:
        """Use and price together, where both are published."""
        if self.use_g_per_year is None or self.price_usd_per_kg is None:
            return None
        return MaterialFigures(self.code, self.use_g_per_year, self.price_usd_per_kg)


@dataclass(frozen=True)
class PriceRow:
    """A published yearly price, in USD per kg of the commercial form as published."""

    code: str
    year: int
    price_usd_per_kg: Decimal
    series: str
    source: str


@dataclass(frozen=True)
class ParticipantRow:
    """A firm that public reports name: a member or a trader."""

    name: str
    legal_name: str
    role: str
    sector: str
    country: str
    lei: str
    minerals: tuple[str, ...]


@dataclass(frozen=True)
class FacilityRow:
    """An example facility's capacity and rate for one storage class."""

    code: str
    name: str
    address: str
    storage_class: str
    capacity_g: int
    load_out_g_per_day: int
    storage_usd_per_tonne_day: Decimal


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _material(row: dict[str, str]) -> MaterialRow:
    factor = Decimal(row["price_kg_per_consumption_kg"])
    price = Decimal(row["price_usd_per_kg"]) * factor if row["price_usd_per_kg"] else None
    use = Decimal(row["consumption_t_per_year"]) * GRAMS_PER_TONNE if row["consumption_t_per_year"] else None
    return MaterialRow(
        code=row["code"],
        name=row["name"],
        symbol=row["symbol"],
        commercial_form=row["commercial_form"],
        cas_number=row["cas_number"],
        use_g_per_year=None if use is None else int(use),
        consumption_year=_whole(row["consumption_year"]),
        price_usd_per_kg=None if price is None else price.quantize(Decimal("0.000001")),
        price_year=_whole(row["price_year"]),
        price_factor=factor,
        net_import_reliance=row["net_import_reliance_percent"],
        primary_import_source=row["primary_import_source"],
        leading_producer=row["leading_producer"],
        source=row["source"],
        storage_class=row["storage_class"],
        hazard_note=row["hazard_note"],
        high_risk_reason=row["high_risk_reason"],
        allocation_unit_g=int(row["allocation_unit_g"]),
        origin_country=row["origin_country"],
        assay_element=row["assay_element"],
        assay_percent=Decimal(row["assay_percent"]),
        stage=row["stage"],
    )


def read_materials() -> list[MaterialRow]:
    """The 60 materials in the order of the list."""
    return [_material(row) for row in _rows("materials.csv")]


def read_prices() -> list[PriceRow]:
    """Every published yearly price of the primary series."""
    return [
        PriceRow(
            row["code"], int(row["year"]), Decimal(row["price_usd_per_kg"]), row["series"], row["source"]
        )
        for row in _rows("prices.csv")
    ]


def read_participants() -> list[ParticipantRow]:
    """Member firms first, then traders, as reported."""
    return [
        ParticipantRow(
            row["name"],
            row["legal_name"],
            row["role"],
            row["sector"],
            row["country"],
            row["lei"],
            tuple(row["minerals"].split(";")) if row["minerals"] else (),
        )
        for row in _rows("participants.csv")
    ]


def read_facilities() -> list[FacilityRow]:
    """The example facilities, one row per storage class."""
    return [
        FacilityRow(
            row["code"],
            row["name"],
            row["address"],
            row["storage_class"],
            int(row["capacity_t"]) * GRAMS_PER_TONNE,
            int(row["load_out_t_per_day"]) * GRAMS_PER_TONNE,
            Decimal(row["storage_usd_per_tonne_day"]),
        )
        for row in _rows("facilities.csv")
    ]
