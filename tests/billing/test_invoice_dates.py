"""Issue and due dates: business days without US federal holidays, never dated back."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.business_days import is_business_day
from billing.domain.invoice_dates import due_date, issue_date
from billing.domain.months import first_of_next_month, first_of_previous_month


@pytest.mark.parametrize(
    ("month", "issued", "due", "why"),
    [
        (date(2026, 3, 1), date(2026, 4, 13), date(2026, 4, 27), "25 April 2026 is a Saturday"),
        (
            date(2025, 12, 1),
            date(2026, 1, 14),
            date(2026, 1, 26),
            "1 January is a holiday; 25 January a Sunday",
        ),
        (
            date(2026, 11, 1),
            date(2026, 12, 11),
            date(2026, 12, 28),
            "25 December is a holiday, then a weekend",
        ),
        (date(2026, 6, 1), date(2026, 7, 14), date(2026, 7, 27), "3 July 2026 is the observed holiday"),
        (date(2028, 1, 1), date(2028, 2, 11), date(2028, 2, 25), "a leap year's February"),
    ],
)
def test_the_ninth_business_day_and_the_25th(month: date, issued: date, due: date, why: str) -> None:
    assert (
        issue_date(month=month, finalised_on=month, business_day=9, is_business_day=is_business_day) == issued
    )
    assert due_date(issued_on=issued, due_day=25, is_business_day=is_business_day) == due, why


def test_a_late_invoice_carries_the_day_it_was_made_and_is_due_later() -> None:
    late = date(2026, 4, 25)
    issued = issue_date(
        month=date(2026, 3, 1), finalised_on=late, business_day=9, is_business_day=is_business_day
    )
    assert issued == late
    due = due_date(issued_on=issued, due_day=25, is_business_day=is_business_day)
    assert due == date(2026, 5, 26)  # 25 May 2026 is Memorial Day


@given(day=st.dates(date(2024, 1, 1), date(2034, 12, 31)), due_day=st.integers(1, 28))
def test_an_invoice_is_due_on_a_business_day_after_its_issue(day: date, due_day: int) -> None:
    due = due_date(issued_on=day, due_day=due_day, is_business_day=is_business_day)
    assert due > day
    assert is_business_day(due)
    assert due - day < timedelta(days=40)


@given(day=st.dates(date(2024, 1, 1), date(2034, 12, 31)))
def test_the_months_before_and_after(day: date) -> None:
    following = first_of_next_month(day)
    assert first_of_previous_month(following) == day.replace(day=1)
    assert following.day == 1
    assert (following.year * 12 + following.month) - (day.year * 12 + day.month) == 1
