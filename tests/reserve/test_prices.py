"""Prices come by series and revision, from the system or from a table that two people decide on."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from errors import Refusal
from governance.approvals import approve_proposal
from governance.errors import ProposalOpen, RoleRequired, SelfApproval
from governance.models import Proposal, User
from governance.selectors import get_policy, get_system_user
from governance.services import create_user
from intake.errors import MissingColumn, TableFaults
from ledger.errors import TooManyDecimals
from reserve.errors import CodeTaken, NothingNew, PriceMissing, PriceNotPositive, TooManyRows
from reserve.models import MaterialPrice
from reserve.selectors import (
    get_current_price,
    list_prices,
    list_stale_prices,
    list_stock_values,
    today,
)
from reserve.services import preview_price_import, propose_price_import, record_prices, register_materials
from tests.reserve.standing import DAY, People, material, price, stock_up

HEADER = "material,series,as_of,price_usd_per_kg,source,is_primary\n"
SERIES = "market"


def propose(text: str, actor: User) -> Proposal:
    return propose_price_import(
        table=io.BytesIO((HEADER + text).encode()), filename="prices.csv", actor=actor, reason="monthly"
    )


def faults_of(text: str, people: People) -> list[dict[str, object]]:
    with pytest.raises(TableFaults) as refused:
        propose(text, people.finance)
    assert not Proposal.objects.exists()
    listed = refused.value.details["faults"]
    assert isinstance(listed, list)
    return listed


def test_the_price_is_the_newest_up_to_the_day(people: People) -> None:
    record_prices(prices=[price("antimony", "25", as_of=date(2026, 3, 10))], actor=get_system_user())

    assert get_current_price(material_code="antimony", at=date(2026, 3, 9)) == Decimal("22.575")
    assert get_current_price(material_code="antimony", at=date(2026, 3, 10)) == 25
    with pytest.raises(PriceMissing):
        get_current_price(material_code="antimony", at=date(2026, 2, 28))


def test_a_revision_replaces_a_price_and_leaves_it_readable(people: People) -> None:
    before = timezone.now()
    record_prices(prices=[price("antimony", "23")], actor=get_system_user())

    assert get_current_price(material_code="antimony", at=DAY) == 23
    known = list_prices(material_codes=["antimony"], at=DAY, known_at=before)
    assert known["antimony"].price_usd_per_kg == Decimal("22.575")


def test_recording_the_same_price_again_writes_nothing(people: People) -> None:
    assert record_prices(prices=[price("antimony", "22.5750")], actor=get_system_user()) == []
    assert MaterialPrice.objects.count() == 2


def test_only_the_primary_series_values_a_material(people: People) -> None:
    other = price("antimony", "99", series="dealer", is_primary=False, as_of=DAY + timedelta(days=1))
    record_prices(prices=[other], actor=get_system_user())
    assert get_current_price(material_code="antimony") == Decimal("22.575")

    with pytest.raises(CodeTaken):
        record_prices(prices=[price("antimony", "99", series="third")], actor=get_system_user())


@pytest.mark.parametrize(
    ("usd_per_kg", "refusal"),
    [("0", PriceNotPositive), ("-1", PriceNotPositive), ("1.0000001", TooManyDecimals)],
)
def test_a_bad_price_is_refused(people: People, usd_per_kg: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        record_prices(prices=[price("antimony", usd_per_kg)], actor=get_system_user())


def test_people_do_not_record_past_the_second_person(people: People) -> None:
    for actor in (people.finance, people.administrator, people.approver):
        with pytest.raises(RoleRequired):
            record_prices(prices=[price("antimony", "1")], actor=actor)


def test_a_table_is_recorded_once_a_second_person_approved_it(people: People) -> None:
    rows = f"antimony,{SERIES},2026-03-01,23.10,example source,yes\nantimony,{SERIES},2026-03-05,24,,\n"
    proposal = propose(rows, people.finance)
    assert (proposal.payload["new"], proposal.payload["revised"]) == (1, 1)
    assert get_current_price(material_code="antimony", at=date(2026, 3, 5)) == Decimal("22.575")

    approve_proposal(proposal_id=proposal.id, actor=people.approver)
    assert get_current_price(material_code="antimony", at=date(2026, 3, 4)) == Decimal("23.10")
    assert get_current_price(material_code="antimony", at=date(2026, 3, 5)) == 24


def test_nobody_approves_a_table_of_their_own(people: People) -> None:
    both = create_user(username="both", roles=["finance", "approver"])
    proposal = propose(f"antimony,{SERIES},2026-03-05,24,,\n", both)

    with pytest.raises(SelfApproval):
        approve_proposal(proposal_id=proposal.id, actor=both)


def test_a_preview_counts_and_writes_nothing(people: People) -> None:
    rows = f"{HEADER}antimony,{SERIES},2026-03-01,22.575,,\nantimony,{SERIES},2026-03-02,23,,\n"
    changes = preview_price_import(table=io.BytesIO(rows.encode()), filename="a.csv", actor=people.finance)

    assert (changes.new_count, changes.revised_count, changes.unchanged_count) == (1, 0, 1)
    assert MaterialPrice.objects.count() == 2


def test_a_table_without_anything_new_needs_nobody(people: People) -> None:
    with pytest.raises(NothingNew):
        propose(f"antimony,{SERIES},2026-03-01,22.575,,\n", people.finance)


def test_one_import_is_decided_at_a_time(people: People) -> None:
    propose(f"antimony,{SERIES},2026-03-05,24,,\n", people.finance)

    with pytest.raises(ProposalOpen), transaction.atomic():
        propose(f"gallium,{SERIES},2026-03-05,440,,\n", people.finance)


def test_every_wrong_cell_is_named_and_nothing_is_proposed(people: People) -> None:
    rows = [
        f"unobtainium,{SERIES},2026-03-01,1,,",
        f"antimony,{SERIES},2026-02-30,1,,",
        f"antimony,{SERIES},2999-01-01,1,,",
        f"antimony,{SERIES},2026-03-02,0,,",
        f"antimony,{SERIES},2026-03-02,-1,,",
        f"antimony,{SERIES},2026-03-02,1e3,,",
        f"antimony,{SERIES},2026-03-02,1.0000001,,",
        f"antimony,{SERIES},2026-03-02,NaN,,",
        f"antimony,{SERIES},2026-03-02,,,",
        "antimony,,2026-03-02,1,,",
        f"antimony,{SERIES},2026-03-02,1,,maybe",
        f"antimony,{SERIES},2026-03-03,1,,",
        f"antimony,{SERIES},2026-03-03,2,,",
    ]
    found = [(fault["row"], fault["column"], fault["code"]) for fault in faults_of("\n".join(rows), people)]

    assert found == [
        (2, "material", "material_not_found"),
        (3, "as_of", "malformed_date"),
        (4, "as_of", "effective_in_future"),
        (5, "price_usd_per_kg", "price_not_positive"),
        (6, "price_usd_per_kg", "price_not_positive"),
        (7, "price_usd_per_kg", "malformed_decimal"),
        (8, "price_usd_per_kg", "too_many_decimals"),
        (9, "price_usd_per_kg", "malformed_decimal"),
        (10, "price_usd_per_kg", "missing_field"),
        (11, "series", "missing_field"),
        (12, "is_primary", "unknown_choice"),
        (14, "as_of", "duplicate_field"),
    ]


def test_a_table_without_a_needed_column_or_with_too_many_rows_is_refused(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MissingColumn):
        propose_price_import(table=io.BytesIO(b"material,series\n"), filename="a.csv", actor=people.finance)
    monkeypatch.setattr("reserve.price_tables.MOST_ROWS", 1)
    with pytest.raises(TooManyRows):
        propose(f"antimony,{SERIES},2026-03-05,24,,\nantimony,{SERIES},2026-03-06,24,,\n", people.finance)


def test_only_finance_and_administrators_import(people: People) -> None:
    with pytest.raises(RoleRequired):
        propose(f"antimony,{SERIES},2026-03-05,24,,\n", people.approver)


def test_a_second_primary_series_is_refused_when_it_is_decided(people: People) -> None:
    proposal = propose("antimony,another series,2026-03-05,24,,yes\n", people.finance)

    with pytest.raises(CodeTaken), transaction.atomic():
        approve_proposal(proposal_id=proposal.id, actor=people.approver)
    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.OPEN


def test_what_was_recorded_stays(people: People) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        MaterialPrice.objects.update(price_usd_per_kg=1)


def test_a_price_is_stale_from_the_day_after_the_limit(people: People) -> None:
    limit = get_policy().price_stale_days
    register_materials(materials=[material("tin")], actor=people.administrator)

    def stale(after_days: int) -> list[tuple[str, int | None]]:
        day = DAY + timedelta(days=after_days)
        return [(row.material_code, row.age_days) for row in list_stale_prices(policy=get_policy(), at=day)]

    assert stale(limit) == [("tin", None)]
    assert stale(limit + 1) == [("antimony", limit + 1), ("gallium", limit + 1), ("tin", None)]


def test_stock_is_valued_at_the_price_and_the_holdings_of_the_day(
    people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stock_up(people, grams=2_000_000)
    record_prices(prices=[price("antimony", "25", as_of=today())], actor=get_system_user())
    before = timezone.now()
    record_prices(prices=[price("antimony", "26", as_of=today())], actor=get_system_user())

    def values(**when: object) -> list[tuple[str, int, int | None]]:
        return [
            (row.material_code, row.accepted_g, row.value_cents)
            for row in list_stock_values(**when)  # type: ignore[arg-type]
        ]

    assert values() == [("antimony", 2_000_000, 2_000 * 26 * 100)]
    assert values(known_at=before) == [("antimony", 2_000_000, 2_000 * 25 * 100)]
    assert values(at=DAY - timedelta(days=1)) == []
    with django_assert_num_queries(2):
        list_stock_values()
