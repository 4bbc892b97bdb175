"""Recording published prices: by the system as they are loaded, or by two people from a table."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import require_role
from reserve.domain.measures import check_price
from reserve.domain.requests import PriceRecord
from reserve.models import MaterialPrice, PriceSeries
from reserve.selectors.materials import get_material_ids
from reserve.texts import check_texts


@transaction.atomic
def record_prices(*, prices: Sequence[PriceRecord], actor: User) -> list[MaterialPrice]:
    """Record published prices that the system loads; people import them (`propose_price_import`).

    A price recorded again for the same day is a revision of it; what is recorded already with the same
    value is left as it is and not returned. Raises MaterialNotFound, PriceNotPositive, RoleRequired;
    CodeTaken for a second primary series.
    """
    require_role(actor, Role.SYSTEM)
    return write_prices(prices)


def write_prices(prices: Sequence[PriceRecord]) -> list[MaterialPrice]:
    """Record prices that somebody decided on, as `record_prices`, inside the caller's transaction."""
    for price in prices:
        check_price(price.price_usd_per_kg, field="price")
    series = _ensure_series(prices)
    known = latest_values([row.id for row in series.values()])
    moment = timezone.now()
    rows: dict[tuple[int, date], MaterialPrice] = {}
    for price in prices:
        key = (series[price.material_code, price.series].id, price.as_of)
        if known.get(key) != price.price_usd_per_kg:
            rows[key] = MaterialPrice(
                series_id=key[0],
                as_of=price.as_of,
                price_usd_per_kg=price.price_usd_per_kg,
                source=price.source,
                recorded_at=moment,
            )
    check_texts(rows.values())
    with refusals_of_constraints():
        return MaterialPrice.objects.bulk_create(list(rows.values()))


def _ensure_series(prices: Sequence[PriceRecord]) -> dict[tuple[str, str], PriceSeries]:
    """The series of every price, made where missing, by material code and name."""
    ids = get_material_ids(material_codes=[price.material_code for price in prices])
    known = _series_of(ids)
    missing = {
        (price.material_code, price.series): PriceSeries(
            material_id=ids[price.material_code], name=price.series, is_primary=price.is_primary
        )
        for price in prices
        if (price.material_code, price.series) not in known
    }
    check_texts(missing.values())
    with refusals_of_constraints():
        PriceSeries.objects.bulk_create(list(missing.values()))
    return known | missing


def _series_of(material_ids: dict[str, int]) -> dict[tuple[str, str], PriceSeries]:
    rows = PriceSeries.objects.filter(material_id__in=material_ids.values()).select_related("material")
    return {(row.material.code, row.name): row for row in rows}


def latest_values(series_ids: Collection[int]) -> dict[tuple[int, date], Decimal]:
    """The price that counts, by series and day: of several revisions the latest."""
    rows = MaterialPrice.objects.filter(series__in=series_ids).order_by("series", "as_of", "-recorded_at")
    latest = rows.distinct("series", "as_of")
    return {(row.series_id, row.as_of): row.price_usd_per_kg for row in latest}
