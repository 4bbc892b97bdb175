"""Reads of published prices: what counts on a day, what was known when, and what has grown stale."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from governance.domain.policy import Policy
from ledger.domain.quantities import cost_cents
from ledger.selectors import get_balances_as_of
from reserve.domain.price_changes import RecordedPrices
from reserve.errors import PriceMissing
from reserve.models import MaterialPrice, PriceSeries
from reserve.moments import end_of_reserve_day
from reserve.selectors.materials import list_materials, today


@dataclass(frozen=True, slots=True)
class StalePrice:
    """A material whose newest primary price is older than the policy allows, or that has none (None)."""

    material_code: str
    as_of: date | None
    age_days: int | None


@dataclass(frozen=True, slots=True)
class StockValue:
    """Accepted stock of a material at the end of a day, at the price that counted then.

    `price` and `value_cents` are None where the material had no price.
    """

    material_code: str
    accepted_g: int
    price: MaterialPrice | None
    value_cents: int | None


def list_prices(
    *, material_codes: Iterable[str] | None = None, at: date | None = None, known_at: datetime | None = None
) -> dict[str, MaterialPrice]:
    """The newest price of each material's primary series up to a day (default today), by material code.

    `known_at` asks what was recorded by then; of several revisions the latest counts. Materials
    without a price are left out.
    """
    prices = (
        MaterialPrice.objects.filter(series__is_primary=True, as_of__lte=at or today())
        .select_related("series__material")
        .order_by("series__material__code", "-as_of", "-recorded_at")
        .distinct("series__material__code")
    )
    if known_at is not None:
        prices = prices.filter(recorded_at__lte=known_at)
    if material_codes is not None:
        prices = prices.filter(series__material__code__in=set(material_codes))
    return {price.series.material.code: price for price in prices}


def get_current_price(*, material_code: str, at: date | None = None) -> Decimal:
    """The material's price in USD per kg on a day (default today). Raises PriceMissing."""
    price = list_prices(material_codes=[material_code], at=at).get(material_code)
    if price is None:
        raise PriceMissing("No price of the material is recorded for the day.", material=material_code)
    return price.price_usd_per_kg


def list_price_series() -> QuerySet[PriceSeries]:
    """Every series, by material and name, the primary one of a material first."""
    return PriceSeries.objects.select_related("material").order_by("material__code", "-is_primary", "name")


def list_price_history(*, material_code: str | None = None) -> QuerySet[MaterialPrice]:
    """Every recorded price with its revisions; the newest row of a series and day counts."""
    rows = MaterialPrice.objects.select_related("series__material")
    return rows if material_code is None else rows.filter(series__material__code=material_code)


def get_recorded_prices(*, keys: Collection[tuple[str, str]]) -> RecordedPrices:
    """The prices that count of the named series, given as material code and series name; one query."""
    rows = (
        MaterialPrice.objects.filter(
            series__material__code__in={code for code, _ in keys}, series__name__in={name for _, name in keys}
        )
        .order_by("series", "as_of", "-recorded_at")
        .distinct("series", "as_of")
        .values_list("series__material__code", "series__name", "as_of", "price_usd_per_kg")
    )
    return {(code, name, day): price for code, name, day, price in rows if (code, name) in keys}


def list_stale_prices(*, policy: Policy, at: date | None = None) -> list[StalePrice]:
    """Materials without a primary price that is at most `price_stale_days` old, by code; two queries.

    At exactly so many days a price still counts as fresh.
    """
    day = at or today()
    oldest = day - timedelta(days=policy.price_stale_days)
    prices = list_prices(at=day)
    dates = {
        version.material.code: prices[version.material.code].as_of
        if version.material.code in prices
        else None
        for version in list_materials(at=day)
    }
    return [
        StalePrice(code, as_of, None if as_of is None else (day - as_of).days)
        for code, as_of in dates.items()
        if as_of is None or as_of < oldest
    ]


def list_stock_values(*, at: date | None = None, known_at: datetime | None = None) -> list[StockValue]:
    """Accepted stock at the end of a day at that day's prices, by material code; materials held then.

    `known_at` asks for both as they were known at a moment. Each value is exact, rounded once to the cent.
    """
    day = at or today()
    stock = _accepted_stock(day, known_at)
    prices = list_prices(material_codes=stock, at=day, known_at=known_at)
    return [_value_of(code, stock[code], prices.get(code)) for code in sorted(stock)]


def _accepted_stock(day: date, known_at: datetime | None) -> dict[str, int]:
    balances = get_balances_as_of(
        prefix="custody/", effective_at=end_of_reserve_day(day), recorded_at=known_at
    )
    stock: dict[str, int] = {}
    for path, grams in balances.items():
        code = path.rsplit("/", 1)[1]
        stock[code] = stock.get(code, 0) + grams
    return {code: grams for code, grams in stock.items() if grams}


def _value_of(code: str, grams: int, price: MaterialPrice | None) -> StockValue:
    value = None if price is None else cost_cents(quantity_g=grams, price_usd_per_kg=price.price_usd_per_kg)
    return StockValue(code, grams, price, value)
