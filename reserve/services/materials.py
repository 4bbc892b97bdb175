"""Registering materials and their prices."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import get_policy, require_role
from ledger.services import AccountSpec, BookSpec, open_accounts, open_books
from reserve.domain import accounts
from reserve.domain.coverage import target_days_of
from reserve.domain.measures import check_price
from reserve.domain.requests import MaterialSpec, PriceRecord
from reserve.errors import MaterialListNotFound
from reserve.models import Material, MaterialList, MaterialPrice, MaterialVersion, PriceSeries
from reserve.selectors.materials import get_material_ids
from reserve.services.money import open_money_accounts


@transaction.atomic
def register_material_list(*, code: str, title: str, effective_from: date, actor: User) -> MaterialList:
    """Register an official list of materials. Raises CodeTaken, MalformedCode, RoleRequired."""
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    with refusals_of_constraints():
        return MaterialList.objects.create(code=code, title=title, effective_from=effective_from)


@transaction.atomic
def register_materials(*, materials: Sequence[MaterialSpec], actor: User) -> list[MaterialVersion]:
    """Register materials, or further versions of them, and open their books; answers in the order given.

    A code that is known gets one more version; CodeTaken if it has one from that day already. Raises
    MaterialListNotFound, MalformedCode, QuantityNotPositive, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    lists = _lists_by_code({spec.list_code for spec in materials})
    policy_target_days = get_policy().target_days
    with refusals_of_constraints():
        Material.objects.bulk_create(
            [Material(code=code) for code in sorted({spec.code for spec in materials})],
            ignore_conflicts=True,
        )
        ids = get_material_ids(material_codes=[spec.code for spec in materials])
        versions = MaterialVersion.objects.bulk_create(
            [
                _version_of(spec, ids[spec.code], lists[spec.list_code], policy_target_days)
                for spec in materials
            ]
        )
    _open_material_accounts(ids)
    return versions


@transaction.atomic
def record_prices(*, prices: Sequence[PriceRecord], actor: User) -> list[MaterialPrice]:
    """Record published prices; a price recorded again for the same day is a revision of it.

    What is recorded already with the same value is left as it is and not returned. Raises
    MaterialNotFound, PriceNotPositive, RoleRequired; CodeTaken for a second primary series.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.FINANCE, Role.SYSTEM)
    for price in prices:
        check_price(price.price_usd_per_kg, field="price")
    series = _ensure_series(prices)
    known = _latest_values(series.values())
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
    with refusals_of_constraints():
        return MaterialPrice.objects.bulk_create(rows.values())


def _lists_by_code(codes: set[str]) -> dict[str, MaterialList]:
    lists = {item.code: item for item in MaterialList.objects.filter(code__in=codes)}
    missing = sorted(codes - lists.keys())
    if missing:
        raise MaterialListNotFound("No list of materials has this code.", field="list", lists=missing)
    return lists


def _version_of(
    spec: MaterialSpec, material_id: int, material_list: MaterialList, policy_target_days: int
) -> MaterialVersion:
    target_days = spec.target_days
    if target_days is None:
        target_days = target_days_of(is_high_risk=spec.is_high_risk, policy_target_days=policy_target_days)
    return MaterialVersion(
        material_id=material_id,
        list=material_list,
        effective_from=spec.effective_from,
        name=spec.name,
        symbol=spec.symbol,
        commercial_form=spec.commercial_form,
        cas_number=spec.cas_number,
        target_days=target_days,
        is_high_risk=spec.is_high_risk,
        allocation_unit_g=spec.allocation_unit_g,
        storage_class=spec.storage_class,
        hazard_notes=spec.hazard_notes,
        us_consumption_g_per_year=spec.us_consumption_g_per_year,
        consumption_year=spec.consumption_year,
        net_import_reliance=spec.net_import_reliance,
        primary_import_source=spec.primary_import_source,
        leading_producer=spec.leading_producer,
        source=spec.source,
    )


def _open_material_accounts(codes: Iterable[str]) -> None:
    """Books and accounts of materials. Title mirrors custody: see docs/invariants.md."""
    open_money_accounts()
    books: list[BookSpec] = []
    opened: list[AccountSpec] = []
    for code in codes:
        custody, title = accounts.custody_book(code), accounts.title_book(code)
        duty = accounts.duty_book(code)
        books += [BookSpec(book, "g") for book in (custody, title, duty)]
        opened += [
            AccountSpec(accounts.transit(code), custody, is_guarded=True),
            AccountSpec(accounts.outside(code), custody),
            AccountSpec(accounts.unattributed(code), title, is_guarded=True, mirror=code, mirror_side=-1),
            AccountSpec(accounts.issued(code), title),
            AccountSpec(accounts.obligations(code), duty),
            AccountSpec(accounts.inventory(code), accounts.MONEY_BOOK),
            AccountSpec(accounts.ordered(code), accounts.MONEY_BOOK, is_guarded=True),
        ]
    open_books(books=books)
    open_accounts(accounts=opened)


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
    with refusals_of_constraints():
        PriceSeries.objects.bulk_create(missing.values())
    return known | missing


def _series_of(material_ids: dict[str, int]) -> dict[tuple[str, str], PriceSeries]:
    rows = PriceSeries.objects.filter(material_id__in=material_ids.values()).select_related("material")
    return {(row.material.code, row.name): row for row in rows}


def _latest_values(series: Iterable[PriceSeries]) -> dict[tuple[int, date], object]:
    rows = MaterialPrice.objects.filter(series__in=list(series)).order_by("recorded_at")
    return {(row.series_id, row.as_of): row.price_usd_per_kg for row in rows}
