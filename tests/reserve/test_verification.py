"""The cross-checks of the reserve name the account that no longer ties out."""

from collections.abc import Callable, Iterable

import pytest

from ledger.services import JournalRequest, TransferRequest, post_journals
from ledger.verification import Finding
from reserve.models import Lot, PurchaseOrder
from reserve.services import pay_trader, place_purchase_orders, receive_lots
from reserve.verification import (
    check_accepted_lots,
    check_ceiling,
    check_funded_purchases,
    check_loans,
    check_open_orders,
    check_payables,
    check_quarantine,
    check_tranches,
)
from tests.reserve.standing import NOON, TONNE, People, accept, lot, order

CHECKS = (
    check_quarantine,
    check_accepted_lots,
    check_open_orders,
    check_payables,
    check_tranches,
    check_loans,
    check_ceiling,
    check_funded_purchases,
)


@pytest.fixture
def busy(people: People) -> People:
    """One lot accepted and paid, one accepted, one waiting, and five tonnes still to come."""
    placed = place_purchase_orders(
        orders=[order(quantity_g=20 * TONNE)], actor=people.administrator, effective_at=NOON
    )[0]
    lots = [lot(placed) for _ in range(3)]
    received = receive_lots(lots=lots, actor=people.administrator, effective_at=NOON)
    accept(received[:1], people)
    pay_trader(trader_code="trader-one", actor=people.finance, effective_at=NOON)
    accept(received[1:2], people)
    return people


def _post(source: str, target: str, amount: int) -> None:
    post_journals(
        journals=[JournalRequest("test", "test:1", NOON, [TransferRequest(source, target, amount)])]
    )


def _rows(check: Callable[[], Iterable[Finding]]) -> list[str]:
    return [finding.row for finding in check()]


@pytest.mark.parametrize("check", CHECKS)
def test_nothing_is_found_where_everything_ties_out(
    busy: People, check: Callable[[], Iterable[Finding]]
) -> None:
    assert _rows(check) == []


def test_a_waiting_lot_that_changed_its_weight_is_named(busy: People) -> None:
    Lot.objects.filter(state="quarantined").update(net_g=1)
    assert _rows(check_quarantine) == ["account quarantine/east/antimony"]


def test_an_accepted_lot_that_changed_its_weight_is_named(busy: People) -> None:
    Lot.objects.filter(state="accepted", payment=None).update(net_g=1)
    assert _rows(check_accepted_lots) == ["account custody/east/antimony"]


def test_an_order_whose_funding_was_let_go_is_named(busy: People) -> None:
    _post("ordered/antimony", "headroom/purchases", 1)
    assert _rows(check_open_orders) == ["account ordered/antimony"]


def test_an_order_that_was_closed_without_a_journal_is_named(busy: People) -> None:
    PurchaseOrder.objects.update(state="closed")
    assert _rows(check_open_orders) == ["account ordered/antimony"]


def test_a_debt_without_a_lot_is_named(busy: People) -> None:
    _post("payable/trader-one", "inventory/antimony", 1)
    assert _rows(check_payables) == ["account payable/trader-one"]


def test_a_draw_that_is_not_on_record_is_named(busy: People) -> None:
    _post("funding/capital", "commitments/funding", 1)
    assert _rows(check_tranches) == ["account funding/capital"]


def test_headroom_that_no_money_stands_for_is_named(busy: People) -> None:
    _post("commitments/headroom", "headroom/purchases", 1)
    assert _rows(check_funded_purchases) == ["account headroom/purchases"]


@pytest.mark.parametrize("path", ["loan/loan-a", "loan/loan-a/interest", "loan/loan-a/fees"])
def test_a_debt_to_a_lender_that_no_record_explains_is_named(busy: People, path: str) -> None:
    _post(path, "expense/interest", 1)
    assert _rows(check_loans) == [f"account {path}"]


def test_room_under_a_ceiling_that_nobody_set_is_named(busy: People) -> None:
    _post("commitments/ceiling", "ceiling/purchases", 1)
    assert _rows(check_ceiling) == ["account ceiling/purchases"]
