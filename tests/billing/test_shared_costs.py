"""A shared cost: shares add up to it, and the first by id gets the extra cent."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing.domain.shared_costs import share_cost
from ledger.domain.quantities import format_usd
from tests.billing.worked_tables import rows_under


def test_repeats_the_worked_table() -> None:
    rows = rows_under("shared_cost.md", "firm")
    backwards = {row["firm"]: int(row["weight"]) for row in reversed(rows)}
    cost_cents = int(sum(Decimal(row["share USD"]) for row in rows) * 100)
    assert cost_cents == 100_00
    shares = share_cost(cost_cents=cost_cents, weights=backwards)
    assert {firm: format_usd(cents) for firm, cents in shares.items()} == {
        row["firm"]: row["share USD"] for row in rows
    }


@given(
    cost_cents=st.integers(0, 10**15),
    weights=st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 10**15), min_size=1, max_size=9),
)
def test_shares_add_up_and_stay_within_a_cent_of_the_exact_share(
    cost_cents: int, weights: dict[str, int]
) -> None:
    shares = share_cost(cost_cents=cost_cents, weights=weights)
    assert sum(shares.values()) == cost_cents
    whole = sum(weights.values())
    assert all(abs(shares[firm] * whole - cost_cents * weights[firm]) < whole for firm in weights)
