"""Reads of stock counts, and the sheet to count by."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from ledger.selectors import get_balance_as_of
from reserve.domain import accounts
from reserve.models import Lot, StockCount
from reserve.selectors.lots import list_lots
from reserve.selectors.materials import get_material
from reserve.selectors.storage import get_facilities


@dataclass(frozen=True, slots=True)
class CountSheet:
    """What is to be found of a material in a facility: the book's grams, and the lots they came in."""

    facility_code: str
    material_code: str
    book_g: int
    lots: list[Lot]


def list_stock_counts() -> QuerySet[StockCount]:
    """Stock counts with facility and material loaded."""
    return StockCount.objects.select_related("facility", "material")


def book_at(*, facility_code: str, material_code: str, at: datetime) -> int:
    """Grams of custody just before an instant, as known now."""
    return get_balance_as_of(path=accounts.custody(facility_code, material_code), effective_at=at)


def get_count_sheet(*, facility_code: str, material_code: str, at: datetime) -> CountSheet:
    """The sheet as of an instant. Raises FacilityNotFound, MaterialNotFound."""
    get_facilities(facility_codes=[facility_code])
    get_material(material_code=material_code)
    lots = list_lots(
        material_codes=[material_code], facility_codes=[facility_code], states=[Lot.State.ACCEPTED]
    )
    book = book_at(facility_code=facility_code, material_code=material_code, at=at)
    return CountSheet(facility_code, material_code, book, list(lots))
