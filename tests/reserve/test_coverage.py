"""Days of cover are exact, and are never shown as a target that isn't met."""

from decimal import Decimal
from fractions import Fraction

import pytest
from pytest_django import DjangoAssertNumQueries

from reserve.domain.coverage import days_for_display, days_of_cover
from reserve.selectors import list_national_coverage
from tests.reserve.standing import TONNE, People, stock_up


def test_a_years_use_covers_a_year() -> None:
    assert days_of_cover(stock_g=28_600, use_g_per_year=28_600) == 365
    assert days_of_cover(stock_g=1, use_g_per_year=3) == Fraction(365, 3)
    assert days_of_cover(stock_g=0, use_g_per_year=3) == 0
    assert days_of_cover(stock_g=5, use_g_per_year=0) is None


@pytest.mark.parametrize(
    ("days", "shown"), [(Fraction(5999, 100), "59.9"), (Fraction(60), "60.0"), (Fraction(1, 1000), "0.0")]
)
def test_days_are_shown_rounded_down(days: Fraction, shown: str) -> None:
    assert days_for_display(days) == Decimal(shown)
    assert str(days_for_display(days)) == shown


def test_coverage_counts_accepted_stock_of_all_facilities(
    people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stock_up(people, facility_code="east")
    stock_up(people, facility_code="west", grams=3 * TONNE)

    with django_assert_num_queries(2):
        antimony, gallium = list_national_coverage()

    assert antimony.days == Fraction(8 * 365, 28_600)
    assert (antimony.target_days, antimony.is_target_met) == (60, False)
    assert gallium.days == 0
    assert gallium.target_days == 180
