"""Positions, rights and coverage: exact, and any number of firms costs the same queries."""

from fractions import Fraction
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from members.domain.rights import drawdown_right_g
from members.selectors import (
    drawdown_right,
    get_position,
    list_member_coverage,
    list_positions,
    list_rights,
)
from members.services import attribute_stock, suspend_firm
from tests.members.standing import commit, member, use
from tests.reserve.standing import NOON, People, stock_up


@pytest.mark.parametrize(
    ("committed_g", "use_g", "days", "right_g"),
    [
        (100_000, 365_000, 60, 60_000),
        (50_000, 365_000, 60, 50_000),
        (100_000, 0, 60, 0),
        (0, 365_000, 60, 0),
        (10**18, 364, 60, 59),
        (10**18, 10**18, 180, 10**18 * 180 // 365),
    ],
)
def test_a_right_is_the_smaller_of_commitment_and_days_of_use(
    committed_g: int, use_g: int, days: int, right_g: int
) -> None:
    assert drawdown_right_g(committed_g=committed_g, use_g_per_year=use_g, target_days=days) == right_g


def test_a_right_follows_commitment_use_and_target(people: People) -> None:
    standing = member(people, committed_g=50_000, use_g=365_000)
    assert drawdown_right(firm_id=standing.firm.id, material_code="antimony") == 50_000

    commit(standing.agreement, people, quantity_g=50_000)
    assert drawdown_right(firm_id=standing.firm.id, material_code="antimony") == 60_000

    commit(standing.agreement, people, material_code="gallium", quantity_g=10**6)
    use(standing.firm, people, material_code="gallium", quantity_g=365_000)
    assert drawdown_right(firm_id=standing.firm.id, material_code="gallium") == 180_000
    assert drawdown_right(firm_id=uuid4(), material_code="antimony") == 0


def test_rights_are_those_of_active_firms(people: People) -> None:
    group = "Example Group"
    first = member(people, "Example A", committed_g=1000, use_g=365_000, affiliate_group=group)
    second = member(people, "Example B", committed_g=2000, use_g=365_000)
    suspend_firm(firm_id=second.firm.id, actor=people.administrator, reason="overdue")

    rights = list_rights(material_codes=["antimony"])
    assert [(right.firm_id, right.right_g) for right in rights] == [(first.firm.id, 1000)]
    assert rights[0].affiliate_group_id == first.firm.affiliate_group_id
    assert len(list_rights(is_active_only=False)) == 2


def test_a_position_tells_everything_about_firm_and_material(people: People) -> None:
    standing = member(people, committed_g=100_000, use_g=365_000)
    stock_up(people, grams=30_000)
    attribute_stock(
        material_codes=["antimony"], actor=people.administrator, effective_at=NOON, run_key="march"
    )

    position = get_position(firm_id=standing.firm.id, material_code="antimony")
    assert (position.held_g, position.available_g, position.reserved_g) == (30_000, 30_000, 0)
    assert (position.committed_g, position.unfilled_g) == (100_000, 70_000)
    assert (position.lent_g, position.rebuy_g, position.replenish_g) == (0, 0, 0)
    assert position.right_g == 60_000
    assert position.days == 30


def test_a_position_where_there_is_none_is_zero(people: People) -> None:
    position = get_position(firm_id=uuid4(), material_code="antimony")
    assert (position.held_g, position.right_g, position.days) == (0, 0, None)


def test_member_coverage_is_stock_over_the_use_of_active_members(people: People) -> None:
    first = member(people, "Example A", committed_g=1000, use_g=300_000)
    member(people, "Example B", committed_g=1000, use_g=430_000)
    stock_up(people, grams=50_000)

    antimony, gallium = list_member_coverage()
    assert antimony.days == Fraction(50_000 * 365, 730_000) == 25
    assert gallium.days is None

    suspend_firm(firm_id=first.firm.id, actor=people.administrator, reason="overdue")
    assert list_member_coverage(material_codes=["antimony"])[0].days == Fraction(50_000 * 365, 430_000)


def test_reads_cost_the_same_for_one_firm_and_for_twenty(
    people: People, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 19):
        for number in range(count):
            member(people, f"Example {count}-{number}", committed_g=1000, use_g=1000)
        with django_assert_num_queries(5):
            list_positions()
        with django_assert_num_queries(4):
            list_rights(material_codes=["antimony"])
        with django_assert_num_queries(3):
            list_member_coverage()
    assert len(list_positions()) == 20
