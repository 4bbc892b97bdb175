"""What the billing services are asked for, as plain values."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCardSpec:
    """A rate card to propose: USD per tonne-day from a day up to, but without, `ends_on` (None: no end)."""

    facility_code: str
    storage_class: str
    usd_per_tonne_day: Decimal
    starts_on: date
    ends_on: date | None = None
