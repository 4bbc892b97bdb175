"""Materials come by list and version; prices come by series and revision."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from errors import Refusal
from governance.errors import RoleRequired
from ledger.domain.requests import AccountSpec
from ledger.errors import AccountConflict, TooManyDecimals
from ledger.services import open_accounts
from reserve.errors import (
    CodeTaken,
    MalformedCode,
    MaterialListNotFound,
    MaterialNotFound,
    NumberOutOfRange,
    PriceMissing,
    PriceNotPositive,
    QuantityNotPositive,
)
from reserve.models import Material, MaterialPrice
from reserve.selectors import get_current_price, get_material, list_materials, list_prices
from reserve.services import record_prices, register_materials
from tests.reserve.standing import DAY, People, gallium, material, price


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


def test_the_price_is_the_newest_up_to_the_day(people: People) -> None:
    record_prices(prices=[price("antimony", "25", as_of=date(2026, 3, 10))], actor=people.finance)

    assert get_current_price(material_code="antimony", at=date(2026, 3, 9)) == Decimal("22.575")
    assert get_current_price(material_code="antimony", at=date(2026, 3, 10)) == 25
    with pytest.raises(PriceMissing):
        get_current_price(material_code="antimony", at=date(2026, 2, 28))


def test_a_revision_replaces_a_price_and_leaves_it_readable(people: People) -> None:
    before = timezone.now()
    record_prices(prices=[price("antimony", "23")], actor=people.finance)

    assert get_current_price(material_code="antimony", at=DAY) == 23
    known = list_prices(material_codes=["antimony"], at=DAY, known_at=before)
    assert known["antimony"].price_usd_per_kg == Decimal("22.575")


def test_recording_the_same_price_again_writes_nothing(people: People) -> None:
    assert record_prices(prices=[price("antimony", "22.5750")], actor=people.finance) == []
    assert MaterialPrice.objects.count() == 2


def test_only_the_primary_series_values_a_material(people: People) -> None:
    other = price("antimony", "99", series="dealer", is_primary=False, as_of=DAY + timedelta(days=1))
    record_prices(prices=[other], actor=people.finance)
    assert get_current_price(material_code="antimony") == Decimal("22.575")

    with pytest.raises(CodeTaken):
        record_prices(prices=[price("antimony", "99", series="third")], actor=people.finance)


@pytest.mark.parametrize(
    ("usd_per_kg", "refusal"),
    [("0", PriceNotPositive), ("-1", PriceNotPositive), ("1.0000001", TooManyDecimals)],
)
def test_a_bad_price_is_refused(people: People, usd_per_kg: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        record_prices(prices=[price("antimony", usd_per_kg)], actor=people.finance)
