"""The bounds of a normal drawdown, by the page docs/algorithms/drawdown_limits.md."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from allocations.domain.drawdown_limits import (
    DrawdownFacts,
    Limit,
    binding_limit,
    bounds_of,
    cap_room_g,
    obtainable_g,
)
from allocations.domain.life_cycle import STEPS, states_before
from allocations.domain.pricing import purchase_cents
from allocations.errors import LIMIT_REFUSALS
from allocations.models import Drawdown

PAGE = Path(__file__).parent.parent.parent / "docs" / "algorithms" / "drawdown_limits.md"
FACTS = DrawdownFacts(
    is_active=True,
    is_disrupted=False,
    is_overdue=False,
    held_g=500,
    promised_g=0,
    reserved_g=0,
    outstanding_g=0,
    stock_g=10_000,
    cap_percent=Decimal(50),
)


def _rows() -> list[list[str]]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


@pytest.mark.parametrize("row", _rows(), ids=lambda row: "-".join(row))
def test_the_table_of_the_page(row: list[str]) -> None:
    held, promised, reserved, outstanding, stock, cap, possible, limit = row
    facts = replace(
        FACTS,
        held_g=int(held),
        promised_g=int(promised),
        reserved_g=int(reserved),
        outstanding_g=int(outstanding),
        stock_g=int(stock),
        cap_percent=Decimal(cap),
    )
    assert obtainable_g(facts) == int(possible)
    assert binding_limit(facts, int(possible)) is None
    assert binding_limit(facts, int(possible) + 1) == limit


def test_what_forbids_everything_comes_first() -> None:
    forbidden = replace(FACTS, is_active=False, is_disrupted=True, is_overdue=True)
    assert [limit for limit, _ in bounds_of(forbidden)][:3] == [
        Limit.FIRM_NOT_ACTIVE,
        Limit.DISRUPTION_OPEN,
        Limit.REPLENISHMENT_OVERDUE,
    ]
    assert binding_limit(forbidden, 1) is Limit.FIRM_NOT_ACTIVE
    assert obtainable_g(forbidden) == 0


def test_a_cap_is_never_below_zero_and_rounds_down() -> None:
    assert cap_room_g(replace(FACTS, reserved_g=400)) == 0
    assert cap_room_g(replace(FACTS, held_g=501)) == 250


def test_every_limit_has_its_refusal() -> None:
    assert set(LIMIT_REFUSALS) == {limit.value for limit in Limit}


def test_the_life_cycle_knows_the_states_of_the_model() -> None:
    assert set(STEPS) == set(Drawdown.State.values)
    assert {after for steps in STEPS.values() for after in steps} < set(STEPS)
    assert states_before("withdrawn") == ["submitted", "reserved", "released"]


def test_a_purchase_costs_the_average_fixed_price_rounded_once() -> None:
    assert purchase_cents(quantity_g=200_000, commitments=[(500_000, Decimal("39.00"))]) == 780_000
    assert purchase_cents(quantity_g=1, commitments=[(1, Decimal("5.00"))]) == 1
    mixed = [(100_000, Decimal("39.00")), (200_000, Decimal("42.00"))]
    assert purchase_cents(quantity_g=1000, commitments=mixed) == 4100
    with pytest.raises(ValueError, match="commitment"):
        purchase_cents(quantity_g=1, commitments=[])
