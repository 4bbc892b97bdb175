"""A lot is split into parts that add up to it; nothing moves, and where a part comes from is kept."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.models import Journal
from ledger.selectors import get_balance
from reserve.domain.lot_values import lost_value_cents
from reserve.errors import LotNotFound, LotWrongState, NothingToPay, QuantityNotPositive, SplitNotPossible
from reserve.models import Lot
from reserve.services import pay_trader, split_lot
from reserve.verification import check_accepted_lots, check_payables
from tests.reserve.standing import NOON, USD, People, stock_up


def test_parts_add_up_to_the_gram_and_the_cent(people: People) -> None:
    lot = stock_up(people, grams=1000)
    journals = Journal.objects.count()

    parts = split_lot(lot_number=lot.number, parts_g=[333, 333, 334], actor=people.administrator)

    assert [part.net_g for part in parts] == [333, 333, 334]
    assert sum(part.value_cents or 0 for part in parts) == 20 * USD
    assert sum(part.gross_g for part in parts) == lot.gross_g
    assert {part.split_from for part in parts} == {lot}
    lot.refresh_from_db()
    assert (lot.state, Journal.objects.count()) == (Lot.State.SPLIT, journals)
    assert [*check_accepted_lots(), *check_payables()] == []


def test_parts_are_owed_and_paid_once(people: People) -> None:
    lot = stock_up(people, grams=1000)
    split_lot(lot_number=lot.number, parts_g=[400, 600], actor=people.administrator)

    payment = pay_trader(trader_code="trader-one", actor=people.finance, effective_at=NOON)

    assert payment.amount_cents == 20 * USD
    assert get_balance(path="payable/trader-one").posted == 0
    with pytest.raises(NothingToPay):
        pay_trader(trader_code="trader-one", actor=people.finance, effective_at=NOON)


def test_a_split_paid_lot_is_not_owed_again(people: People) -> None:
    lot = stock_up(people, grams=1000)
    pay_trader(trader_code="trader-one", actor=people.finance, effective_at=NOON)

    split_lot(lot_number=lot.number, parts_g=[400, 600], actor=people.administrator)

    with pytest.raises(NothingToPay):
        pay_trader(trader_code="trader-one", actor=people.finance, effective_at=NOON)
    assert list(check_payables()) == []


@pytest.mark.parametrize("parts", [[1000], [500, 499], [500, 501], [10] * 101, []])
def test_parts_that_are_not_the_lot_are_refused(people: People, parts: list[int]) -> None:
    lot = stock_up(people, grams=1000)

    with pytest.raises(SplitNotPossible):
        split_lot(lot_number=lot.number, parts_g=parts, actor=people.administrator)

    assert Lot.objects.count() == 1


def test_other_bad_splits_are_refused(people: People) -> None:
    lot = stock_up(people, grams=1000)
    with pytest.raises(QuantityNotPositive):
        split_lot(lot_number=lot.number, parts_g=[1001, -1], actor=people.administrator)
    with pytest.raises(LotNotFound):
        split_lot(lot_number="LOT-999999", parts_g=[1, 1], actor=people.administrator)
    split_lot(lot_number=lot.number, parts_g=[1, 999], actor=people.administrator)
    with pytest.raises(LotWrongState):
        split_lot(lot_number=lot.number, parts_g=[1, 999], actor=people.administrator)


@settings(deadline=None)
@given(st.integers(0, 10**12), st.lists(st.integers(1, 10**9), min_size=1, max_size=20))
def test_losing_a_lot_piece_by_piece_costs_what_it_cost(cost: int, pieces: list[int]) -> None:
    left, weight = cost, sum(pieces)
    for piece in pieces:
        lost = lost_value_cents(left_cents=left, quantity_g=piece, weight_g=weight)
        assert 0 <= lost <= left
        left, weight = left - lost, weight - piece

    assert left == 0
