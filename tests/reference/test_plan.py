"""The published figures give what is known of them: about 11.96 billion USD for 60 days of 31 materials."""

from decimal import Decimal
from fractions import Fraction

from reference.domain.plan import (
    MaterialFigures,
    affordable_days,
    commitment_of_firm,
    quantity_to_buy,
    split_in_whole_parts,
    use_of_firm,
)
from reference.files import read_facilities, read_materials, read_participants, read_prices

CENTS_PER_MILLION = 100_000_000


def _figures() -> list[MaterialFigures]:
    return [row.figures for row in read_materials() if row.figures is not None]


def test_the_list_has_sixty_materials_of_which_31_have_both_figures() -> None:
    rows = read_materials()
    assert len({row.code for row in rows}) == 60
    assert len(_figures()) == 31


def test_sixty_days_of_everything_cost_11_956_million_dollars() -> None:
    cost = sum((figure.cost_cents(Fraction(60)) for figure in _figures()), Fraction(0))
    assert round(cost / CENTS_PER_MILLION, 1) == Fraction(119560, 10)


def test_single_materials_cost_what_the_published_table_says() -> None:
    by_code = {figure.code: figure for figure in _figures()}
    in_millions = {
        code: round(by_code[code].cost_cents(Fraction(60)) / CENTS_PER_MILLION, 1)
        for code in ("aluminum", "niobium", "tantalum", "graphite", "gallium")
    }
    assert in_millions == {
        "aluminum": Fraction(27361, 10),
        "niobium": Fraction(614, 10),
        "tantalum": Fraction(190, 10),
        "graphite": Fraction(113, 10),
        "gallium": Fraction(13, 10),
    }


def test_twelve_billion_buy_the_sixty_days_and_half_of_it_half() -> None:
    figures = _figures()
    assert affordable_days(figures, funding_cents=12_000 * CENTS_PER_MILLION, target_days=60) == 60
    half = affordable_days(figures, funding_cents=6_000 * CENTS_PER_MILLION, target_days=60)
    assert 30 < half < Fraction(302, 10)
    bought = sum(figure.cost_cents(half) for figure in figures)
    assert bought == 6_000 * CENTS_PER_MILLION


def test_a_reserve_of_nothing_costs_nothing() -> None:
    assert affordable_days([], funding_cents=0, target_days=60) == 60


def test_quantities_are_whole_grams_that_meet_the_target_or_stay_within_the_money() -> None:
    figure = MaterialFigures("x", 1_000, Decimal("1.50"))
    assert quantity_to_buy(figure, days=Fraction(60), target_days=60) == 165
    assert quantity_to_buy(figure, days=Fraction(30), target_days=60) == 82
    assert commitment_of_firm(use_g_per_year=1_000, target_days=60, unit_g=25) == 150
    assert use_of_firm(figure, firms_naming_it=3) == 333


def test_parts_add_up_and_none_is_empty() -> None:
    assert split_in_whole_parts(1_003, parts=2, unit_g=100) == [500, 503]
    assert split_in_whole_parts(90, parts=2, unit_g=100) == [90]


def test_every_mineral_of_a_participant_is_listed_and_every_price_belongs_to_a_material() -> None:
    codes = {row.code for row in read_materials()}
    named = {mineral for row in read_participants() for mineral in row.minerals}
    assert named <= codes
    assert {row.code for row in read_prices()} <= codes
    assert sum(row.role == "member" for row in read_participants()) == 9
    assert sum(row.role == "trader" for row in read_participants()) == 3


def test_every_storage_class_in_use_has_a_facility() -> None:
    offered = {row.storage_class for row in read_facilities()}
    assert {row.storage_class for row in read_materials()} <= offered
