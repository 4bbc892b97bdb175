"""The storage fee: which days count, where lines begin, and that cutting and ordering change nothing."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.domain.holdings import Holding, Move, holdings_in
from billing.domain.periods import Period
from billing.domain.queues import QueueRelief
from billing.domain.storage import (
    StorageLine,
    StorageRate,
    Tier,
    accrue_storage,
    flat_rate,
    minimum_true_up_cents,
)
from billing.errors import HoldingBelowZero, MissingRate
from ledger.domain.quantities import format_usd, round_half_up
from tests.billing.worked_tables import rows_under

MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
DAY = timedelta(days=1)


def storage_lines(
    period: Period, moves: list[Move], rates: list[StorageRate], **more: QueueRelief
) -> list[StorageLine]:
    return accrue_storage(
        period=period, holdings=holdings_in(period=period, moves=moves), rates=rates, **more
    )


def written(line: StorageLine) -> tuple[str, ...]:
    """A line as the pages write it."""
    tonne_days = Decimal(line.gram_days).scaleb(-6).normalize()
    return (
        line.starts_on.isoformat(),
        line.ends_on.isoformat(),
        format(tonne_days, "f"),
        str(line.usd_per_tonne_day),
        format_usd(line.amount_cents),
    )


def test_repeats_the_worked_draw_and_rate_change() -> None:
    moves = [
        Move(date.fromisoformat(row["date"]), int(row["grams"]))
        for row in rows_under("storage_fee.md", "date")
    ]
    prices = {
        date.fromisoformat(row["rate from"]): Decimal(row["USD per tonne-day"])
        for row in rows_under("storage_fee.md", "rate from")
    }
    ends = [*list(prices)[1:], None]
    rates = [
        flat_rate(starts_on=day, ends_on=end, usd_per_tonne_day=price)
        for (day, price), end in zip(prices.items(), ends, strict=True)
    ]
    expected = [tuple(row.values()) for row in rows_under("storage_fee.md", "line from")]
    assert [written(line) for line in storage_lines(MARCH, moves, rates)] == expected
    assert len(expected) == 2


def test_repeats_the_worked_tiers() -> None:
    tiers = tuple(
        Tier(
            int(row["tier up to tonnes"]) * 1_000_000 if row["tier up to tonnes"] else None,
            Decimal(row["USD per tonne-day"]),
        )
        for row in rows_under("storage_fee.md", "tier up to tonnes")
    )
    period = Period(date(2026, 3, 1), date(2026, 3, 21))
    moves = [Move(date(2026, 3, 1), 130_000_000), Move(date(2026, 3, 11), -50_000_000)]
    lines = storage_lines(period, moves, [StorageRate(date(2026, 1, 1), None, tiers)])
    assert [written(line) for line in lines] == [
        tuple(row.values()) for row in rows_under("storage_fee.md", "tier line from")
    ]


def test_repeats_the_worked_queue() -> None:
    period = Period(date(2026, 1, 1), date(2026, 3, 1))
    lines = storage_lines(
        period,
        [Move(date(2025, 12, 1), 10_000_000)],
        [flat_rate(starts_on=date(2025, 1, 1), ends_on=None, usd_per_tonne_day=Decimal("0.60"))],
        queue=QueueRelief(date(2026, 1, 5), full_days=30, half_days=20),
    )
    for line, row in zip(lines, rows_under("storage_fee.md", "queue line from"), strict=True):
        assert line.starts_on.isoformat() == row["queue line from"]
        assert line.ends_on.isoformat() == row["to"]
        assert line.gram_days == int(row["tonne-days"]) * 1_000_000
        assert line.rent_share == Fraction(row["rent share"])
        assert format_usd(line.amount_cents) == row["amount USD"]


@pytest.mark.parametrize(
    ("charged", "minimum", "added"), [(0, 0, 0), (9_999, 10_000, 1), (10_000, 10_000, 0), (20_000, 10_000, 0)]
)
def test_minimum_adds_only_what_is_missing(charged: int, minimum: int, added: int) -> None:
    assert minimum_true_up_cents(charged_cents=charged, minimum_cents=minimum) == added


def test_material_that_leaves_is_not_charged_on_its_last_day_and_29_february_is_a_day() -> None:
    period = Period(date(2028, 2, 1), date(2028, 3, 5))
    moves = [Move(date(2028, 2, 28), 1_000_000), Move(date(2028, 3, 1), -1_000_000)]
    rate = flat_rate(starts_on=date(2028, 1, 1), ends_on=None, usd_per_tonne_day=Decimal(1))
    (line,) = storage_lines(period, moves, [rate])
    assert line.gram_days == 2 * 1_000_000  # 28 and 29 February


def test_one_line_is_rounded_once_half_up() -> None:
    rate = flat_rate(starts_on=MARCH.starts_on, ends_on=None, usd_per_tonne_day=Decimal("0.005"))
    (line,) = storage_lines(
        Period(MARCH.starts_on, MARCH.starts_on + DAY), [Move(MARCH.starts_on, 1_000_000)], [rate]
    )
    assert line.amount_cents == 1  # half a cent
    (line,) = storage_lines(MARCH, [Move(MARCH.starts_on, 1_000_000)], [rate])
    assert line.amount_cents == 16  # 31 times half a cent is 15.5, not 31 times one cent


def test_a_day_that_closes_below_zero_is_refused_and_one_that_only_dips_is_not() -> None:
    dip = [Move(MARCH.starts_on, -5), Move(MARCH.starts_on, 5)]
    assert holdings_in(period=MARCH, moves=dip) == [Holding(MARCH.starts_on, MARCH.ends_on, 0)]
    with pytest.raises(HoldingBelowZero) as refused:
        holdings_in(period=MARCH, moves=[Move(date(2026, 2, 1), -1), Move(date(2026, 2, 2), 1)])
    assert refused.value.details == {"on": "2026-02-01"}
    holdings_in(period=MARCH, moves=[Move(MARCH.ends_on, -1)])  # after the period: nobody looks


def test_stock_without_a_rate_names_the_first_day() -> None:
    late = flat_rate(starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 20), usd_per_tonne_day=Decimal(1))
    with pytest.raises(MissingRate) as refused:
        storage_lines(MARCH, [Move(date(2026, 3, 9), 1)], [late])
    assert refused.value.details == {"on": "2026-03-09"}
    with pytest.raises(MissingRate) as refused:
        storage_lines(MARCH, [Move(date(2026, 3, 10), 1)], [late])
    assert refused.value.details == {"on": "2026-03-20"}
    assert storage_lines(MARCH, [Move(date(2026, 3, 10), 1), Move(date(2026, 3, 20), -1)], [late])
    with pytest.raises(MissingRate):
        storage_lines(
            MARCH, [Move(date(2026, 3, 10), 6)], [StorageRate(date(2026, 1, 1), None, (Tier(5, Decimal(1)),))]
        )


def test_overlapping_rates_are_a_fault_of_the_caller() -> None:
    rates = [
        flat_rate(starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 3), usd_per_tonne_day=Decimal(1)),
        flat_rate(starts_on=date(2026, 3, 2), ends_on=None, usd_per_tonne_day=Decimal(1)),
    ]
    with pytest.raises(ValueError, match="2026-03-02"):
        storage_lines(MARCH, [], rates)


@st.composite
def moves_that_stay_above_zero(draw: st.DrawFn) -> list[Move]:
    """Moves from a month before March to a month after it; no day closes below zero."""
    changes = draw(st.lists(st.tuples(st.integers(0, 90), st.integers(-(10**9), 10**13)), max_size=12))
    held, moves = 0, []
    for offset, change in sorted(changes):
        change = max(change, -held)
        held += change
        moves.append(Move(date(2026, 2, 1) + offset * DAY, change))
    return moves


@st.composite
def rates_for_ever(draw: st.DrawFn) -> list[StorageRate]:
    """Rates without gap, some with tiers; the last tier has no upper end."""
    starts = [
        date(2026, 1, 1),
        *sorted(draw(st.sets(st.dates(date(2026, 2, 1), date(2026, 4, 10)), max_size=4))),
    ]
    ends: list[date | None] = [*starts[1:], None]
    price = st.decimals(0, 100, places=4)
    rates = []
    for start, end in zip(starts, ends, strict=True):
        tops: list[int | None] = [*sorted(draw(st.sets(st.integers(1, 10**13), max_size=3))), None]
        rates.append(StorageRate(start, end, tuple(Tier(top, draw(price)) for top in tops)))
    return rates


def exact_usd(period: Period, moves: list[Move], rates: list[StorageRate]) -> Fraction:
    """The fee by its definition: day by day, gram by gram, without a line or a rounding."""
    total, day = Fraction(0), period.starts_on
    while day < period.ends_on:
        grams = sum(move.amount for move in moves if move.on <= day)
        rate = max((each for each in rates if each.starts_on <= day), key=lambda each: each.starts_on)
        below = 0
        for tier in rate.tiers:
            top = grams if tier.up_to_g is None else min(grams, tier.up_to_g)
            total += Fraction(max(0, top - below), 10**6) * Fraction(tier.usd_per_tonne_day)
            below = max(below, top)
        day += DAY
    return total


def exact_of_lines(lines: list[StorageLine]) -> Fraction:
    return sum(
        (Fraction(line.gram_days, 10**6) * Fraction(line.usd_per_tonne_day) for line in lines), Fraction(0)
    )


@given(moves=moves_that_stay_above_zero(), rates=rates_for_ever())
def test_lines_are_exactly_the_sum_over_days(moves: list[Move], rates: list[StorageRate]) -> None:
    lines = storage_lines(MARCH, moves, rates)
    assert exact_of_lines(lines) == exact_usd(MARCH, moves, rates)
    for line in lines:
        usd = Fraction(line.gram_days, 10**6) * Fraction(line.usd_per_tonne_day)
        assert line.amount_cents == round_half_up(usd * 100)


@given(moves=moves_that_stay_above_zero(), rates=rates_for_ever(), cut=st.integers(1, 30))
def test_cutting_the_period_anywhere_changes_no_tonne_day(
    moves: list[Move], rates: list[StorageRate], cut: int
) -> None:
    middle = MARCH.starts_on + cut * DAY
    halves = [Period(MARCH.starts_on, middle), Period(middle, MARCH.ends_on)]
    lines = [line for half in halves for line in storage_lines(half, moves, rates)]
    whole = storage_lines(MARCH, moves, rates)
    assert sum(line.gram_days for line in lines) == sum(line.gram_days for line in whole)
    assert exact_of_lines(lines) == exact_of_lines(whole)


@given(moves=moves_that_stay_above_zero(), rates=rates_for_ever(), data=st.data())
def test_order_of_moves_and_rates_changes_nothing(
    moves: list[Move], rates: list[StorageRate], data: st.DataObject
) -> None:
    shuffled = storage_lines(MARCH, data.draw(st.permutations(moves)), data.draw(st.permutations(rates)))
    assert shuffled == storage_lines(MARCH, moves, rates)


@given(
    moves=moves_that_stay_above_zero(),
    joined=st.integers(-60, 40),
    full=st.integers(0, 40),
    half=st.integers(0, 40),
)
def test_queue_relief_is_full_half_none_by_the_number_of_the_day(
    moves: list[Move], joined: int, full: int, half: int
) -> None:
    queue = QueueRelief(MARCH.starts_on + joined * DAY, full, half)
    rate = flat_rate(starts_on=date(2026, 1, 1), ends_on=None, usd_per_tonne_day=Decimal("0.62"))
    lines = storage_lines(MARCH, moves, [rate], queue=queue)
    expected, day = Fraction(0), MARCH.starts_on
    while day < MARCH.ends_on:
        number = (day - queue.joined_on).days + 1
        share = Fraction(1) if number <= full else Fraction(1, 2) if number <= full + half else Fraction(0)
        expected += share * sum(move.amount for move in moves if move.on <= day)
        day += DAY
    assert sum((line.gram_days * line.rent_share for line in lines), Fraction(0)) == expected
