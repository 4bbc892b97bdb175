"""What a table of prices changes in what is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reserve.domain.requests import PriceRecord

RecordedPrices = Mapping[tuple[str, str, date], Decimal]
"""The price in USD per kg that counts, by material code, series and day."""


@dataclass(frozen=True, slots=True)
class PriceChanges:
    """Prices to record, in the order of the table, and how many of it are new, revised or known."""

    to_record: list[PriceRecord]
    new_count: int
    revised_count: int
    unchanged_count: int


def changes_of(prices: Sequence[PriceRecord], recorded: RecordedPrices) -> PriceChanges:
    """Compare a table, in which each series has a day at most once, with what is recorded."""
    before = [recorded.get((price.material_code, price.series, price.as_of)) for price in prices]
    to_record = [
        price for price, known in zip(prices, before, strict=True) if known != price.price_usd_per_kg
    ]
    new_count = before.count(None)
    return PriceChanges(
        to_record=to_record,
        new_count=new_count,
        revised_count=len(to_record) - new_count,
        unchanged_count=len(prices) - len(to_record),
    )
