"""Registering materials."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction

from errors import refusals_of_constraints
from governance.domain.roles import Role
from governance.models import User
from governance.selectors import get_policy, require_role
from ledger.services import AccountSpec, BookSpec, open_accounts, open_books
from reserve.domain import accounts
from reserve.domain.coverage import target_days_of
from reserve.domain.measures import check_number, check_quantity
from reserve.domain.requests import MaterialSpec
from reserve.errors import MaterialListNotFound
from reserve.models import Material, MaterialList, MaterialVersion
from reserve.selectors.materials import get_material_ids
from reserve.services.money import open_money_accounts
from reserve.texts import check_texts


@transaction.atomic
def register_material_list(*, code: str, title: str, effective_from: date, actor: User) -> MaterialList:
    """Register an official list of materials. Raises CodeTaken, MalformedCode, RoleRequired."""
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    row = MaterialList(code=code, title=title, effective_from=effective_from)
    check_texts([row])
    with refusals_of_constraints():
        row.save(force_insert=True)
    return row


@transaction.atomic
def register_materials(*, materials: Sequence[MaterialSpec], actor: User) -> list[MaterialVersion]:
    """Register materials, or further versions of them, and open their books; answers in the order given.

    A code that is known gets one more version; CodeTaken if it has one from that day already. Raises
    MaterialListNotFound, MalformedCode, QuantityNotPositive, RoleRequired.
    """
    require_role(actor, Role.ADMINISTRATOR, Role.SYSTEM)
    lists = _lists_by_code({spec.list_code for spec in materials})
    policy_target_days = get_policy().target_days
    rows = [Material(code=code) for code in sorted({spec.code for spec in materials})]
    check_texts(rows)
    with refusals_of_constraints():
        Material.objects.bulk_create(rows, ignore_conflicts=True)
    ids = get_material_ids(material_codes=[spec.code for spec in materials])
    versions = [
        _version_of(spec, ids[spec.code], lists[spec.list_code], policy_target_days) for spec in materials
    ]
    check_texts(versions)
    with refusals_of_constraints():
        MaterialVersion.objects.bulk_create(versions)
    _open_material_accounts(ids)
    return versions


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
    consumption, year = spec.us_consumption_g_per_year, spec.consumption_year
    if consumption is not None:
        check_quantity(consumption, field="us_consumption")
    if year is not None:
        check_number(year, field="consumption_year", least=1900, most=2200)
    return MaterialVersion(
        material_id=material_id,
        list=material_list,
        effective_from=spec.effective_from,
        name=spec.name,
        symbol=spec.symbol,
        commercial_form=spec.commercial_form,
        cas_number=spec.cas_number,
        target_days=check_number(target_days, field="target_days", least=1, most=3650),
        is_high_risk=spec.is_high_risk,
        allocation_unit_g=check_quantity(spec.allocation_unit_g, field="allocation_unit"),
        storage_class=spec.storage_class,
        hazard_notes=spec.hazard_notes,
        us_consumption_g_per_year=consumption,
        consumption_year=year,
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
