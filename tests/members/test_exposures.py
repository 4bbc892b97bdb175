"""Exposure of members: what the ledger says is still to buy, at the prices of a day, now and looking back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from pytest_django import DjangoAssertNumQueries

from governance.approvals import approve_proposal
from governance.selectors import get_system_user
from governance.services import create_user
from ledger.domain.quantities import parse_kg, round_half_up
from members.domain.exposure import average_price
from members.domain.requests import RightsTransferRequest
from members.errors import DayInFuture, FirmNotFound, PeriodTooLong
from members.selectors import get_exposure, get_exposure_for, list_exposure_history_for
from members.services import attribute_stock, make_commitments, propose_rights_transfer
from reserve.errors import DatesReversed
from reserve.selectors import today
from reserve.services import record_prices, register_materials
from tests.billing.worked_tables import rows_under
from tests.members.standing import commit, commitment, member
from tests.reserve.standing import DAY, NOON, People, material, price, stock_up

LOSS_CENTS = -(39_00 * 600 - 13_545_00)
"""600 kg committed to at 39.00 USD/kg, worth 22.575 each on the market."""
BEFORE = DAY - timedelta(days=1)


@pytest.mark.parametrize("row", rows_under("exposure.md", "first kg"))
def test_the_average_repeats_the_worked_table(row: dict[str, str]) -> None:
    left = parse_kg(row["first kg"], field="") - parse_kg(row["sold of the first kg"], field="")
    second = parse_kg(row["second kg"], field="")
    average = average_price([(left, Decimal(row["at USD/kg"])), (second, Decimal(row["and at USD/kg"]))])
    assert Decimal(round_half_up(average * 10**6)).scaleb(-6) == Decimal(row["average USD/kg"])


def test_what_is_still_to_buy_counts_and_what_is_held_does_not(people: People) -> None:
    standing = member(people, committed_g=600_000)
    assert get_exposure(at=DAY).total_cents == LOSS_CENTS

    stock_up(people, grams=400_000)
    attribute_stock(
        material_codes=["antimony"], actor=people.administrator, effective_at=NOON, run_key="first"
    )

    report = get_exposure(firm_ids=[standing.firm.id], at=DAY)
    (row,) = report.exposures
    assert (row.material_code, row.open_g, row.fixed_usd_per_kg) == ("antimony", 200_000, Fraction(39))
    assert (row.exposure_cents, report.total_cents) == (LOSS_CENTS // 3, LOSS_CENTS // 3)


def test_a_price_counts_from_its_day_on(people: People) -> None:
    member(people, committed_g=600_000)
    rise = price("antimony", "44.00", as_of=DAY + timedelta(days=10))
    record_prices(prices=[rise], actor=get_system_user())

    assert get_exposure(at=DAY + timedelta(days=9)).total_cents == LOSS_CENTS
    assert get_exposure(at=DAY + timedelta(days=10)).total_cents == 600 * 500


def test_several_prices_count_by_their_grams_and_without_what_was_sold(people: People) -> None:
    seller = member(people, "Example Seller", committed_g=30_000)
    commit(seller.agreement, people, quantity_g=10_000, fixed_price_usd_per_kg=Decimal(79))
    buyer = member(people, "Example Buyer")
    sold = seller.firm.commitments.get(quantity_g=30_000)
    wish = RightsTransferRequest(
        commitment_id=sold.id, to_agreement_id=buyer.agreement.id, quantity_g=10_000, position_g=0
    )
    proposal = propose_rights_transfer(wish=wish, actor=people.administrator, reason="example contract")
    approve_proposal(proposal_id=proposal.id, actor=people.approver)

    then, now = ({row.firm_id: row for row in get_exposure(at=day).exposures} for day in (DAY, today()))
    assert then[seller.firm.id].fixed_usd_per_kg == 49
    assert then.keys() == {seller.firm.id}
    assert now[seller.firm.id].fixed_usd_per_kg == Fraction(2 * 39 + 79, 3)
    assert now[seller.firm.id].shown_price_usd_per_kg == Decimal("52.333333")
    assert (now[seller.firm.id].open_g, now[buyer.firm.id].open_g) == (30_000, 10_000)
    assert now[buyer.firm.id].fixed_usd_per_kg == 39


def test_before_the_first_commitment_there_is_none(people: People) -> None:
    member(people, committed_g=600_000)
    assert get_exposure(at=BEFORE).exposures == []
    assert get_exposure(firm_ids=[]).exposures == []


def test_without_a_price_it_is_unknown_and_said_so(people: People) -> None:
    register_materials(materials=[material("tin")], actor=people.administrator)
    standing = member(people, committed_g=600_000)
    commit(standing.agreement, people, material_code="tin", quantity_g=1_000)

    report = get_exposure(at=DAY)

    assert [(row.material_code, row.exposure_cents) for row in report.exposures] == [
        ("antimony", LOSS_CENTS), ("tin", None),
    ]  # fmt: skip
    assert (report.total_cents, report.without_price) == (LOSS_CENTS, ["tin"])
    assert [row.exposure_cents for row in report.by_material] == [LOSS_CENTS, None]


def test_materials_add_up_over_firms(people: People) -> None:
    for number in range(3):
        member(people, f"Example Works {number}", committed_g=100_000)
    (row,) = get_exposure(at=DAY).by_material
    assert (row.material_code, row.open_g, row.exposure_cents) == ("antimony", 300_000, LOSS_CENTS // 2)


def test_history_is_month_ends_and_the_last_day(people: People) -> None:
    standing = member(people, committed_g=600_000)
    days = list_exposure_history_for(
        people.finance, standing.firm.id, first=date(2025, 12, 15), last=date(2026, 3, 2)
    )
    assert [row.day for row in days] == [
        date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 2),
    ]  # fmt: skip
    assert [row.total_cents for row in days] == [0, 0, 0, LOSS_CENTS]
    one_day = list_exposure_history_for(people.finance, standing.firm.id, first=DAY, last=DAY)
    assert [row.day for row in one_day] == [DAY]


def test_history_of_a_year_up_to_today_where_nothing_is_said(people: People) -> None:
    standing = member(people, committed_g=600_000)
    days = list_exposure_history_for(people.finance, standing.firm.id)
    assert days[-1].day == today()
    assert len(days) in (12, 13)


def test_history_that_is_not_there_is_refused(people: People) -> None:
    firm = member(people, committed_g=600_000).firm
    with pytest.raises(DatesReversed):
        list_exposure_history_for(people.finance, firm.id, first=DAY, last=BEFORE)
    with pytest.raises(DayInFuture):
        list_exposure_history_for(people.finance, firm.id, first=DAY, last=today() + timedelta(days=1))
    with pytest.raises(PeriodTooLong):
        list_exposure_history_for(people.finance, firm.id, first=date(2021, 3, 1), last=DAY)
    assert len(list_exposure_history_for(people.finance, firm.id, first=date(2021, 4, 1), last=DAY)) == 60
    with pytest.raises(PeriodTooLong):
        list_exposure_history_for(people.finance, firm.id, first=date.min, last=DAY)


def test_a_stranger_finds_no_firm(people: People) -> None:
    firm = member(people, committed_g=600_000).firm
    stranger = create_user(username="stranger", roles=[])
    with pytest.raises(FirmNotFound):
        get_exposure_for(stranger, firm.id)
    with pytest.raises(FirmNotFound):
        list_exposure_history_for(stranger, firm.id)
    assert get_exposure_for(people.finance, firm.id, at=DAY).total_cents == LOSS_CENTS


def test_any_number_of_firms_costs_the_same_queries(
    people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    member(people, "Example Works 0", committed_g=100_000)
    with django_assert_num_queries(3):
        get_exposure(at=DAY)
    for number in range(1, 4):
        standing = member(people, f"Example Works {number}", committed_g=100_000)
        commit(standing.agreement, people, material_code="gallium", quantity_g=1_000)
    with django_assert_num_queries(3):
        report = get_exposure(at=DAY)
    assert len(report.exposures) == 7


def test_a_day_ends_where_the_reserve_is_when_clocks_are_set_forward(people: People) -> None:
    standing = member(people)
    last_minute = datetime(2026, 3, 9, 3, 59, tzinfo=UTC)  # of 8 March in New York, a day of 23 hours
    make_commitments(
        commitments=[commitment(standing.agreement)], actor=people.administrator, effective_at=last_minute
    )
    assert get_exposure(at=date(2026, 3, 7)).exposures == []
    assert len(get_exposure(at=date(2026, 3, 8)).exposures) == 1
