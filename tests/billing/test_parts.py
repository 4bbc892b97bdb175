"""A position in parts: by facility as the custody lies, by commitment as it was bought; always the whole."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.carrying import CarryingRate
from billing.domain.facility_parts import parts_by_facility
from billing.domain.financed_parts import FixedPrice, parts_by_commitment
from billing.domain.firm_fees import FirmHolding, History, carrying_charges
from billing.domain.holdings import Holding, Move, holdings_in
from billing.domain.periods import Period
from billing.errors import MissingFixedPrice
from ledger.domain.quantities import format_usd, share_by_largest_remainder
from reserve.domain.day_counts import DayCount
from tests.billing.worked_tables import rows_under

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
DAY = timedelta(days=1)
DAYS = [MARCH.starts_on + number * DAY for number in range(31)]
SERIES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10**12)), max_size=5)


def series(levels: list[tuple[int, int]], least: int = 0) -> list[Holding]:
    """A holding that takes each level from its day on."""
    held, moves = 0, [Move(date(2026, 1, 1), least)]
    for offset, level in sorted(dict(levels).items()):
        moves.append(Move(MARCH.starts_on + offset * DAY, level - held))
        held = level
    return holdings_in(period=MARCH, moves=moves)


def on(day: date, holdings: list[Holding]) -> int:
    (amount,) = [each.amount for each in holdings if each.starts_on <= day < each.ends_on]
    return amount


@given(position=SERIES, custody=st.dictionaries(st.sampled_from("abcd"), SERIES, min_size=1))
def test_facility_parts_follow_the_custody_of_each_day_to_the_gram(
    position: list[tuple[int, int]], custody: dict[str, list[tuple[int, int]]]
) -> None:
    held = series(position)
    stored = {facility: series(levels, least=1) for facility, levels in custody.items()}
    parts = parts_by_facility(period=MARCH, position=held, custody=stored)
    for day in DAYS:
        weights = [on(day, stored[facility]) for facility in sorted(stored)]
        expected = share_by_largest_remainder(total=on(day, held), weights=weights)
        assert [on(day, parts[facility]) for facility in sorted(stored)] == expected


def test_repeats_the_worked_facility_parts() -> None:
    rows = rows_under("fee_run.md", "days")
    cut = date(2026, 3, 21)
    spans = [(MARCH.starts_on, cut), (cut, MARCH.ends_on)]
    custody = {
        facility: [
            Holding(*span, int(row[f"custody {facility} g"])) for span, row in zip(spans, rows, strict=True)
        ]
        for facility in ("east", "west")
    }
    position = [Holding(MARCH.starts_on, MARCH.ends_on, 1_000_001)]
    parts = parts_by_facility(period=MARCH, position=position, custody=custody)
    assert {facility: [int(row[f"part {facility} g"]) for row in rows] for facility in custody} == {
        facility: [each.amount for each in holdings] for facility, holdings in parts.items()
    }


def test_repeats_the_worked_fixed_prices() -> None:
    rows = rows_under("fee_run.md", "commitment")
    commitments = [
        FixedPrice(
            row["commitment"],
            date(2026, 1, 1),
            None,
            int(row["quantity kg"]) * 1000,
            Decimal(row["fixed USD/kg"]),
        )
        for row in rows
    ]
    holding = FirmHolding(
        position=History(3_000_000, ()), out_on_exchange=History(0, ()), commitments=commitments
    )
    rate = CarryingRate(date(2026, 1, 1), None, Decimal("4.80"), DayCount.ACT_360)
    charges = carrying_charges(period=MARCH, rates=[rate], holding=holding)
    assert [(each.commitment_key, each.gram_days, format_usd(each.amount_cents)) for each in charges] == [
        (row["commitment"], int(row["financed kg"]) * 1000 * 31, row["amount USD"]) for row in rows
    ]


def test_a_third_of_three_equal_facilities_gives_the_odd_gram_to_the_first_code() -> None:
    third = [Holding(MARCH.starts_on, MARCH.ends_on, 500)]
    parts = parts_by_facility(
        period=MARCH,
        position=[Holding(MARCH.starts_on, MARCH.ends_on, 100)],
        custody={"c": third, "a": third, "b": third},
    )
    assert {facility: on(DAYS[0], holdings) for facility, holdings in parts.items()} == {
        "a": 34,
        "b": 33,
        "c": 33,
    }


def test_a_position_stored_nowhere_is_a_fault() -> None:
    nothing = [Holding(MARCH.starts_on, MARCH.ends_on, 0)]
    something = [Holding(MARCH.starts_on, MARCH.ends_on, 1)]
    with pytest.raises(ValueError, match="stored nowhere"):
        parts_by_facility(period=MARCH, position=something, custody={"a": nothing})


def commitment(key: str, starts_on: date, ends_on: date | None, quantity_g: int) -> FixedPrice:
    return FixedPrice(key, starts_on, ends_on, quantity_g, Decimal(39))


def test_what_is_sold_counts_no_more_from_that_day_on() -> None:
    """30 kg held; 20 kg of the first commitment are sold on the 11th, the rest of it on the 21st."""
    first = FixedPrice(
        "first",
        date(2026, 1, 1),
        None,
        30_000,
        Decimal(39),
        sold=((date(2026, 3, 11), 20_000), (date(2026, 3, 21), 10_000)),
    )
    held = [Holding(MARCH.starts_on, MARCH.ends_on, 30_000)]
    parts = parts_by_commitment(
        period=MARCH,
        financed=held,
        commitments=[first, commitment("second", date(2026, 1, 1), None, 50_000)],
    )
    amounts = {
        day: (on(date(2026, 3, day), parts["first"]), on(date(2026, 3, day), parts["second"]))
        for day in (1, 10, 11, 20)
    }
    assert amounts == {1: (30_000, 0), 10: (30_000, 0), 11: (10_000, 20_000), 20: (10_000, 20_000)}
    assert [part.ends_on for part in parts["first"]] == [date(2026, 3, 11), date(2026, 3, 21)]
    assert on(date(2026, 3, 21), parts["second"]) == 30_000


@given(
    position=SERIES,
    quantities=st.lists(st.integers(1, 10**11), min_size=1, max_size=3),
    begin=st.integers(0, 30),
)
def test_commitment_parts_are_the_whole_and_fill_in_order(
    position: list[tuple[int, int]], quantities: list[int], begin: int
) -> None:
    commitments = [
        commitment(str(number), date(2026, 1, 1), None, quantity)
        for number, quantity in enumerate(quantities)
    ]
    commitments.append(commitment("late", MARCH.starts_on + begin * DAY, None, 7))
    financed = series(position)
    parts = parts_by_commitment(period=MARCH, financed=financed, commitments=commitments)
    for day in DAYS:
        in_force = [each for each in commitments if each.starts_on <= day]
        amounts = [
            sum(h.amount for h in parts[each.key] if h.starts_on <= day < h.ends_on) for each in in_force
        ]
        assert sum(amounts) == on(day, financed)
        for number, each in enumerate(in_force[:-1]):
            assert amounts[number] <= each.quantity_g
            assert amounts[number] == each.quantity_g or not any(amounts[number + 1 :])


def test_a_new_commitment_takes_over_when_the_old_one_ends_and_the_old_price_stays_until_then() -> None:
    old = commitment("old", date(2026, 1, 1), date(2026, 3, 20), 10)
    new = commitment("new", date(2026, 3, 20), None, 10)
    held = [Holding(MARCH.starts_on, MARCH.ends_on, 5)]
    parts = parts_by_commitment(period=MARCH, financed=held, commitments=[old, new])
    assert parts == {
        "old": [Holding(MARCH.starts_on, date(2026, 3, 20), 5)],
        "new": [Holding(date(2026, 3, 20), MARCH.ends_on, 5)],
    }


def test_a_position_outside_every_term_is_still_financed_at_its_price() -> None:
    ended = commitment("ended", date(2026, 1, 1), date(2026, 3, 20), 10)
    held = [Holding(MARCH.starts_on, MARCH.ends_on, 5)]
    parts = parts_by_commitment(period=MARCH, financed=held, commitments=[ended])
    assert sum(each.amount * (each.ends_on - each.starts_on).days for each in parts["ended"]) == 5 * 31


def test_financed_grams_without_any_commitment_name_the_day() -> None:
    held = [Holding(MARCH.starts_on, date(2026, 3, 9), 0), Holding(date(2026, 3, 9), MARCH.ends_on, 5)]
    with pytest.raises(MissingFixedPrice) as refused:
        parts_by_commitment(period=MARCH, financed=held, commitments=[])
    assert refused.value.details == {"on": "2026-03-09"}
    assert parts_by_commitment(period=MARCH, financed=held[:1], commitments=[]) == {}
