"""The statement of account: it is the ledger, for one firm and month, and reads as a person expects."""

import csv
import io
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
import time_machine

from billing.documents.statement_files import render_statement_csv, render_statement_pdf
from billing.errors import MalformedMonth
from billing.selectors import AccountStatement, Statement, get_statement_for
from governance.services import create_user
from ledger.selectors import get_balance_as_of
from members.errors import FirmNotFound
from members.services import add_firm_user
from tests.billing.standing import ANTIMONY, MARCH, Reserve, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked(reserve: Reserve) -> Reserve:
    reserve.set_rate("0.62", "2026-01-01")
    firm = reserve.add_firm("Acme Alloys (example)")
    reserve.store(firm, "2026-02-20", 12_000_000)
    reserve.draw_on_exchange(firm, "2026-03-11", 4_500_000)
    return reserve


def statement(reserve: Reserve, month: date) -> Statement:
    return get_statement_for(reserve.finance, reserve.firms[0].id, month)


def summary(account: AccountStatement) -> tuple[int, list[int], int]:
    return account.opening, [entry.amount for entry in account.entries], account.closing


def test_shows_opening_every_movement_and_closing(worked: Reserve) -> None:
    worked.finalise()
    march = statement(worked, MARCH)
    assert summary(march.money) == (9750_00, [], 9750_00)
    (antimony,) = march.materials
    assert (antimony.code, *summary(antimony)) == (ANTIMONY, 12_000_000, [-4_500_000], 7_500_000)
    april = statement(worked, date(2026, 4, 1))
    (entry,) = april.money.entries
    assert (entry.day, entry.text) == (date(2026, 4, 13), "Invoice INV-2026-000001")
    assert entry.balance == april.money.closing


def test_months_follow_one_another_and_equal_the_ledger(worked: Reserve) -> None:
    worked.finalise()
    months = [date(2026, month, 1) for month in (1, 2, 3, 4, 5)]
    statements = [statement(worked, month) for month in months]
    for earlier, later in pairwise(statements):
        assert earlier.money.closing == later.money.opening
    receivable = f"receivable/{worked.firms[0].id}"
    for month, shown in zip(months[1:], statements, strict=False):
        assert shown.money.closing == get_balance_as_of(
            path=receivable, effective_at=at(month.isoformat(), 0)
        )


def test_a_movement_belongs_to_the_day_in_the_reserves_zone(reserve: Reserve) -> None:
    firm = reserve.add_firm("Late (example)")
    reserve.store(firm, "2026-03-31", 1_000_000)
    assert statement(reserve, MARCH).materials[0].entries[0].day == date(2026, 3, 31)
    assert statement(reserve, date(2026, 4, 1)).materials[0].opening == 1_000_000


def test_csv_is_the_statement_row_by_row(worked: Reserve) -> None:
    rows = list(csv.reader(io.StringIO(render_statement_csv(statement(worked, MARCH)).decode())))
    assert rows[0] == ["account", "unit", "day", "entry", "journal", "amount", "balance"]
    material = [[row[2], row[3], row[5], row[6]] for row in rows if row[0] == ANTIMONY]
    assert material == [
        ["2026-03-01", "opening", "", "12000"],
        ["2026-03-11", "Moved", "-4500", "7500"],
        ["2026-03-31", "closing", "", "7500"],
    ]


def test_pdf_is_the_same_to_the_byte_whenever_it_is_made(worked: Reserve) -> None:
    first = render_statement_pdf(statement(worked, MARCH))
    with time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC)):
        assert render_statement_pdf(statement(worked, MARCH)) == first
    assert first.startswith(b"%PDF-1.7")


def test_a_firms_people_see_their_own_and_a_foreign_firm_looks_missing(worked: Reserve) -> None:
    other = worked.add_firm("Other (example)")
    person = create_user(username="person")
    add_firm_user(firm_id=other.id, user=person, role="viewer", actor=worked.administrator)
    assert get_statement_for(person, other.id, MARCH).firm == other
    with pytest.raises(FirmNotFound):
        get_statement_for(person, worked.firms[0].id, MARCH)


def test_a_month_is_its_first_day(worked: Reserve) -> None:
    with pytest.raises(MalformedMonth):
        statement(worked, date(2026, 3, 2))
