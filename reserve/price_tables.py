"""A table of published prices, as it is uploaded: one price a row."""

from datetime import date
from typing import BinaryIO

from intake.cells import read_day, read_decimal, read_text, read_yes_or_no
from intake.errors import DuplicateField
from intake.tables import Columns, FaultList, TableRow, read_table
from reserve.domain.measures import check_price
from reserve.domain.requests import PriceRecord
from reserve.errors import EffectiveInFuture, MaterialNotFound, TooManyRows
from reserve.models import Material
from reserve.selectors.materials import today

COLUMNS = Columns(
    required=("material", "series", "as_of", "price_usd_per_kg"), optional=("source", "is_primary")
)
MOST_ROWS = 20_000
"""Rows of one table: what is approved is kept whole with its proposal."""


def read_price_table(stream: BinaryIO, *, filename: str) -> list[PriceRecord]:
    """The prices of a CSV or XLSX table, in its order.

    Columns: material (code), series, as_of (day), price_usd_per_kg; source and is_primary (yes or no, yes
    if left out) may be missing. Raises what `read_table` raises, TooManyRows, or TableFaults with every
    cell that is wrong.
    """
    known = set(Material.objects.values_list("code", flat=True))
    latest = today()
    faults = FaultList()
    seen: set[tuple[str, str, date]] = set()
    prices: list[PriceRecord] = []
    for row in read_table(stream, filename=filename, columns=COLUMNS):
        if row.number > MOST_ROWS + 1:
            raise TooManyRows(f"Send at most {MOST_ROWS} prices at a time.", most=MOST_ROWS)
        with faults.collecting(row.number):
            price = _price_of(row, known, latest)
            _refuse_second(price, seen)
            prices.append(price)
    faults.raise_if_any()
    return prices


def _price_of(row: TableRow, known: set[str], latest: date) -> PriceRecord:
    material = read_text(row.cells["material"], field="material")
    if material not in known:
        raise MaterialNotFound("No material has this code.", field="material")
    as_of = read_day(row.cells["as_of"], field="as_of")
    if as_of > latest:
        raise EffectiveInFuture("This day is still to come.", field="as_of")
    price = read_decimal(row.cells["price_usd_per_kg"], field="price_usd_per_kg")
    is_primary = row.cells.get("is_primary", "")
    return PriceRecord(
        material_code=material,
        series=read_text(row.cells["series"], field="series"),
        as_of=as_of,
        price_usd_per_kg=check_price(price, field="price_usd_per_kg"),
        source=row.cells.get("source", ""),
        is_primary=not is_primary or read_yes_or_no(is_primary, field="is_primary"),
    )


def _refuse_second(price: PriceRecord, seen: set[tuple[str, str, date]]) -> None:
    key = (price.material_code, price.series, price.as_of)
    if key in seen:
        raise DuplicateField("The table has two prices of this series and day.", field="as_of")
    seen.add(key)
