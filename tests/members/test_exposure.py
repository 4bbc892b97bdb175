"""Exposure: what a fixed-price commitment is worth at the market's price."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.quantities import format_usd, parse_kg
from members.domain.exposure import exposure_cents
from tests.billing.worked_tables import rows_under

PRICES = st.decimals(0, 10**6, places=6)


@pytest.mark.parametrize("row", rows_under("exposure.md", "still to buy kg"))
def test_repeats_the_worked_table(row: dict[str, str]) -> None:
    cents = exposure_cents(
        open_g=parse_kg(row["still to buy kg"], field="open"),
        fixed_usd_per_kg=Decimal(row["fixed USD/kg"]),
        market_usd_per_kg=Decimal(row["market USD/kg"]),
    )
    assert format_usd(cents) == row["exposure USD"]


@given(open_g=st.integers(0, 10**15), fixed=PRICES, market=PRICES)
def test_a_loss_mirrors_the_same_gain(open_g: int, fixed: Decimal, market: Decimal) -> None:
    gain = exposure_cents(open_g=open_g, fixed_usd_per_kg=fixed, market_usd_per_kg=market)
    assert gain == -exposure_cents(open_g=open_g, fixed_usd_per_kg=market, market_usd_per_kg=fixed)
