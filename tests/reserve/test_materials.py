"""Materials come by list and version."""

from datetime import date

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from errors import Refusal
from governance.errors import RoleRequired
from ledger.domain.requests import AccountSpec
from ledger.errors import AccountConflict
from ledger.services import open_accounts
from reserve.errors import (
    CodeTaken,
    MalformedCode,
    MaterialListNotFound,
    MaterialNotFound,
    NumberOutOfRange,
    QuantityNotPositive,
)
from reserve.models import Material
from reserve.selectors import get_material, list_materials, list_prices
from reserve.services import register_materials
from tests.reserve.standing import People, gallium, material


def test_a_material_takes_its_target_from_its_risk_unless_it_states_one(people: People) -> None:
    assert get_material(material_code="antimony").target_days == 60
    assert get_material(material_code="gallium").target_days == 180
    register_materials(materials=[material("tin", target_days=45)], actor=people.administrator)
    assert get_material(material_code="tin").target_days == 45


def test_a_later_version_counts_from_its_day_on(people: People) -> None:
    later = material("antimony", effective_from=date(2026, 2, 1), target_days=90)
    register_materials(materials=[later], actor=people.administrator)

    assert get_material(material_code="antimony", at=date(2026, 1, 31)).target_days == 60
    assert get_material(material_code="antimony", at=date(2026, 2, 1)).target_days == 90
    assert Material.objects.filter(code="antimony").count() == 1


def test_a_second_version_of_the_same_day_is_refused(people: People) -> None:
    with pytest.raises(CodeTaken):
        register_materials(materials=[material("antimony")], actor=people.administrator)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"code": "Antimony/Sb"}, MalformedCode),
        ({"storage_class": "Ware House"}, MalformedCode),
        ({"allocation_unit_g": 0}, QuantityNotPositive),
        ({"target_days": 0}, NumberOutOfRange),
        ({"us_consumption_g_per_year": 0}, QuantityNotPositive),
        ({"list_code": "no-list"}, MaterialListNotFound),
    ],
)
def test_a_bad_material_is_refused(
    people: People, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    spec = material("tin") if not changes.get("code") else gallium()
    values = {field: getattr(spec, field) for field in spec.__dataclass_fields__} | changes

    with pytest.raises(refusal):
        register_materials(materials=[type(spec)(**values)], actor=people.administrator)


def test_only_an_administrator_registers(people: People) -> None:
    with pytest.raises(RoleRequired):
        register_materials(materials=[material("tin")], actor=people.approver)


def test_registering_opens_title_as_the_mirror_of_custody(people: People) -> None:
    with pytest.raises(AccountConflict), transaction.atomic():
        open_accounts(accounts=[AccountSpec("unattributed/antimony", "title:antimony", is_guarded=True)])

    same = AccountSpec(
        "unattributed/antimony", "title:antimony", is_guarded=True, mirror="antimony", mirror_side=-1
    )
    open_accounts(accounts=[same])


def test_reading_materials_takes_one_query_however_many(
    people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    register_materials(
        materials=[material(f"metal-{number}") for number in range(20)], actor=people.administrator
    )
    with django_assert_num_queries(1):
        assert len([version.material.code for version in list_materials()]) == 22
    with django_assert_num_queries(1):
        assert len(list_prices()) == 2


def test_an_unknown_material_is_named(people: People) -> None:
    with pytest.raises(MaterialNotFound) as refused:
        get_material(material_code="unobtainium")
    assert refused.value.details["materials"] == ["unobtainium"]
